using Nexus.Sharding;

namespace Nexus.Operations.Shards;

/// <summary>The shards of a database. Names and meaning of the members are stable, because programs read them.</summary>
/// <param name="Ok">Whether every shard is reachable.</param>
/// <param name="Shards">The shards by their numbers.</param>
/// <param name="Move">The move of buckets that is under way or was interrupted; null if there is none.</param>
public sealed record ShardList(bool Ok, IReadOnlyList<ShardStatus> Shards, ShardMoveStep? Move = null)
{
    /// <summary>The list of some shards.</summary>
    public static ShardList Of(IReadOnlyList<ShardStatus> shards) => new(shards.All(shard => shard.IsReachable), shards);
}
