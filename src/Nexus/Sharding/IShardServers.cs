using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>The servers on which the shards of a database are.</summary>
internal interface IShardServers
{
    /// <summary>Whether atomic batches over several servers are applied.</summary>
    bool TwoPhaseBatches { get; }

    /// <summary>The map of the home shard; null for a database without shards.</summary>
    Task<ShardMap?> FindMapAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a map that is in use for a start while the home shard is unavailable.</summary>
    Task RememberAsync(ShardMap map, CancellationToken cancellationToken);

    /// <summary>Finds out how many connections each server leaves to its shards, before their stores are made.</summary>
    /// <exception cref="Errors.NexusConfigurationException">A server allows too few.</exception>
    Task MeasureAsync(ShardMap map, CancellationToken cancellationToken);

    /// <summary>The store of a shard, which is not open yet.</summary>
    /// <param name="map">The map.</param>
    /// <param name="shard">One of the map's shards.</param>
    /// <param name="guard">What the store proves.</param>
    /// <exception cref="Errors.NexusConfigurationException">The address of its server is not given.</exception>
    IShardStore CreateStore(ShardMap map, ShardRow shard, ShardGuard guard);

    /// <summary>Sessions for a move between the shards of a map.</summary>
    IMoveShards Connect(ShardMap map);
}
