using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Postgres;
using Nexus.Sharding;
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

    /// <summary>
    /// Opens the store of the options: a database with shards as all of them. Whether it has shards is known once it is reached, so a database
    /// without shards is not asked twice.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <param name="loggers">Receives the logs.</param>
    /// <param name="clock">The clock of the process.</param>
    /// <param name="prepare">Called with the store before it is opened; with a second one where the database has shards.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    public static async Task<IStore> OpenAsync(
        NexusOptions options, ILoggerFactory loggers, TimeProvider clock, Action<IStore> prepare, CancellationToken cancellationToken)
    {
        // Its shards are known, also while the home shard is unavailable.
        if (options.UsesPostgres && options.Fallback != FallbackMode.Off && ShardFolders.AreIn(options.DataFolder))
            return await OpenShardsAsync(options, loggers, clock, prepare, cancellationToken).ConfigureAwait(false);
        var store = Create(options, loggers, clock);
        try
        {
            prepare(store);
            await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            return store;
        }
        catch (NexusConfigurationException) when (store is IShardStore { IsOneOfSeveral: true })
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        return await OpenShardsAsync(options, loggers, clock, prepare, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IStore> OpenShardsAsync(
        NexusOptions options, ILoggerFactory loggers, TimeProvider clock, Action<IStore> prepare, CancellationToken cancellationToken)
    {
        var shards = new ShardedStore(options.ForShards(), loggers, clock);
        try
        {
            prepare(shards);
            await shards.OpenAsync(cancellationToken).ConfigureAwait(false);
            return shards;
        }
        catch
        {
            await shards.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
