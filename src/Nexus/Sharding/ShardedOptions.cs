using Nexus.Failover;
using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>Where a database with several shards is.</summary>
/// <param name="Home">The home shard.</param>
/// <param name="Servers">The addresses of further servers, in the order in which the shards were made.</param>
/// <param name="TwoPhaseBatches">Whether atomic batches over several servers are applied.</param>
/// <param name="Fallback">What stands in for the home shard, and so for each; null for nothing.</param>
internal sealed record ShardedOptions(
    PostgresOptions Home, IReadOnlyList<string> Servers, bool TwoPhaseBatches = false, FailoverOptions? Fallback = null)
{
    /// <summary>The fewest connections of a shard with which two writers do not wait for a reader.</summary>
    private const int FewestConnections = 6;

    /// <summary>The options of a shard. The limit of connections is shared among the shards, down to a number with which each works.</summary>
    /// <param name="map">The map.</param>
    /// <param name="shard">One of the map's shards.</param>
    /// <param name="guard">What the shard's store proves.</param>
    /// <param name="share">The most connections that its server leaves to the shard.</param>
    /// <exception cref="Errors.NexusConfigurationException">The address of its server is not given.</exception>
    public PostgresOptions Of(ShardMap map, ShardRow shard, ShardGuard guard, int share = int.MaxValue)
    {
        var most = Math.Min(share, Math.Max(Math.Min(FewestConnections, Home.MaxPoolSize), Home.MaxPoolSize / map.Shards.Count));
        return Home with
        {
            Database = AddressOf(shard),
            Schema = shard.Schema,
            MaxPoolSize = most,
            MinPoolSize = Math.Min(Home.MinPoolSize, Math.Max(1, most / 2)),
            Shard = guard,
            // Another server has a timeline of its own, and nothing else is known of it.
            DirectDatabase = shard.Server == 0 ? Home.DirectDatabase : null,
            Fence = shard.Server == 0 ? Home.Fence : new PrimaryFence(),
        };
    }

    /// <summary>The fallback of a shard, in a folder of its own; null without fallback. The size limit of the outbox is shared evenly.</summary>
    /// <param name="map">The map.</param>
    /// <param name="shard">One of the map's shards.</param>
    /// <param name="postgres">The shard's options.</param>
    public FailoverOptions? FallbackOf(ShardMap map, ShardRow shard, PostgresOptions postgres) => Fallback is null ? null : Fallback with
    {
        Postgres = postgres,
        Shard = shard.Number,
        DataFolder = ShardFolders.Of(Fallback.DataFolder, shard.Number),
        OutboxBytes = Math.Max(1, Fallback.OutboxBytes / map.Shards.Count),
    };

    /// <summary>The address of a shard's server.</summary>
    /// <exception cref="Errors.NexusConfigurationException">It is not given.</exception>
    public string? AddressOf(ShardRow shard) => shard.Server == 0 ? Home.Database
        : shard.Server <= Servers.Count ? Servers[shard.Server - 1]
        : throw new Errors.NexusConfigurationException(nameof(NexusOptions.ShardDatabases),
            $"names {Servers.Count} servers, but shard {shard.Number} is on server {shard.Server}: list the addresses of all servers, in the order "
                + "in which the shards were made");

    /// <summary>The number of servers, never an address.</summary>
    public override string ToString() => $"{Home} and {Servers.Count} more servers";
}
