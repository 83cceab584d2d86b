using Microsoft.Extensions.Logging;
using Nexus.Storage.Embedded;
using Nexus.Storage.Postgres;

namespace Nexus.Storage;

internal static class StoreFactory
{
    /// <summary>PostgreSQL when a database is named, otherwise the embedded store.</summary>
    public static IStore Create(NexusOptions options, ILoggerFactory loggers, TimeProvider clock) => options.UsesPostgres
        ? new PostgresStore(options, loggers, clock)
        : new EmbeddedStore(options.DataFolder, clock, loggers);
}
