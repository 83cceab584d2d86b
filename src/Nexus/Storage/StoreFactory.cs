using Microsoft.Extensions.Logging;
using Nexus.Storage.Embedded;
using Nexus.Storage.Fallback;
using Nexus.Storage.Postgres;

namespace Nexus.Storage;

internal static class StoreFactory
{
    /// <summary>PostgreSQL when a database is named, with its fallback unless that is off; otherwise the embedded store.</summary>
    public static IStore Create(NexusOptions options, ILoggerFactory loggers, TimeProvider clock) =>
        !options.UsesPostgres ? new EmbeddedStore(options.DataFolder, clock, loggers)
        : options.Fallback == FallbackMode.Off ? new PostgresStore(options, loggers, clock)
        : new FallbackStore(options, loggers, clock);
}
