using Nexus.Sharding;

namespace Nexus.Operations.Shards;

/// <summary>What a command that moves buckets has done. Names and meaning of the members are stable, because programs read them.</summary>
/// <param name="DryRun">Whether it only says what would be moved.</param>
/// <param name="Moves">From each shard to each other.</param>
public sealed record ShardMoveReport(bool DryRun, IReadOnlyList<ShardMoveStep> Moves);
