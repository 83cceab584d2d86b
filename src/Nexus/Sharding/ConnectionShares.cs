using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>
/// How many connections each shard may open, where a server has fewer than its shards would take. Each shard has a pool of its own, which cannot wait
/// for a connection of another one: shards that come too late would have none.
/// </summary>
internal static class ConnectionShares
{
    /// <summary>Left for migrations, jobs, monitoring and other programs.</summary>
    private const int Spare = 8;

    /// <summary>Asks each server that responds soon, all at once.</summary>
    /// <param name="options">Where they are.</param>
    /// <param name="map">The map.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The most connections of a shard, by the number of the server; without those that did not respond or have a pooler.</returns>
    /// <exception cref="NexusConfigurationException">A server allows too few for its shards.</exception>
    public static async Task<IReadOnlyDictionary<int, int>> ReadAsync(ShardedOptions options, ShardMap map, CancellationToken cancellationToken)
    {
        var servers = await Task.WhenAll(map.Shards.GroupBy(shard => shard.Server).Select(async server =>
        {
            var shard = server.First();
            // The stores that wait for a server's response are those of its shards.
            var target = options.Of(map, shard, new ShardGuard(shard)) with { ConnectTimeout = HostLooker.Limit };
            return (Server: server.Key, Shards: server.Count(), Limits: await TryReadAsync(target, cancellationToken).ConfigureAwait(false));
        })).ConfigureAwait(false);
        return servers.Where(server => server.Limits is not null)
            .ToDictionary(server => server.Server, server => Share(server.Limits!.Value, server.Shards));
    }

    /// <summary>The share of each of this many shards.</summary>
    /// <exception cref="NexusConfigurationException">It is too small.</exception>
    public static int Share(ConnectionLimits limits, int shards)
    {
        var needed = (shards * ConnectionLimits.Fewest) + Spare;
        return limits.Allowed >= needed ? (limits.Allowed - Spare) / shards
            : throw DatabaseUrl.Error($"leads to a server with {shards} shards, which need at least {needed} connections for each instance, but "
                + $"{limits.Reason} allows {limits.Allowed}: raise it, or spread the shards over more servers");
    }

    private static async Task<ConnectionLimits?> TryReadAsync(PostgresOptions shard, CancellationToken cancellationToken)
    {
        try
        {
            var source = PostgresDataSource.Create(shard with { MinPoolSize = 0 }, name: $"{PostgresDataSource.Name}-limits", use: ConnectionUse.One);
            await using var end = source.ConfigureAwait(false);
            // The pooler has the limits then.
            if (PostgresDataSource.IsBehindPooler(source)) return null;
            var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var close = connection.ConfigureAwait(false);
            return await ConnectionLimits.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            // The store of each of its shards says so, and is opened when the server responds.
            return null;
        }
    }
}
