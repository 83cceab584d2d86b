namespace Nexus.Sharding;

/// <summary>Buckets that go from one shard to another.</summary>
/// <param name="Source">The shard that they leave.</param>
/// <param name="Target">The shard that gets them.</param>
/// <param name="Buckets">Numbers and ranges, such as <c>0-99,105</c>.</param>
/// <param name="Count">How many buckets these are.</param>
/// <param name="Rows">Rows that were moved; 0 in a plan.</param>
/// <param name="HeldMilliseconds">The longest time for which writes waited, of all groups of buckets that were moved together; 0 in a plan.</param>
public sealed record ShardMoveStep(int Source, int Target, string Buckets, int Count, long Rows, long HeldMilliseconds);
