namespace Nexus.Sharding;

/// <summary>How far a move of buckets is.</summary>
/// <param name="Phase">What was begun, or done, last.</param>
/// <param name="Source">The shard that the buckets leave.</param>
/// <param name="Target">The shard that gets them.</param>
/// <param name="Moved">Buckets that are moved already.</param>
/// <param name="Total">Buckets to move.</param>
public sealed record ShardMoveProgress(ShardMovePhase Phase, int Source, int Target, int Moved, int Total);
