using Microsoft.Extensions.Logging;
using Nexus.Failover;
using Nexus.Postgres;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus;

internal static class StoreFactory
{
    /// <summary>Creates the PostgreSQL store if a database is set, with failover unless that is off; otherwise the embedded store.</summary>
    public static IStore Create(NexusOptions options, ILoggerFactory loggers, TimeProvider clock) =>
        !options.UsesPostgres ? new SqliteStore(options.DataFolder, clock, loggers)
        : options.Fallback == FallbackMode.Off ? new PostgresStore(options.ForPostgres(), loggers, clock)
        : new FailoverStore(options.ForFailover(), loggers, clock);
}
