using Microsoft.Extensions.Logging;

namespace Nexus.Storage;

internal static class StoreFactory
{
    /// <summary>PostgreSQL when a database is named, otherwise the embedded store.</summary>
    public static IStore Create(NexusOptions options, ILoggerFactory loggers, TimeProvider clock) =>
        throw new NotSupportedException();
}
