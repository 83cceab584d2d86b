namespace Nexus.Sharding;

/// <summary>What a shard says of itself, or the map of it: its buckets, and the epoch that grows with their changes.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Buckets">The buckets.</param>
internal sealed record ShardRecord(long Epoch, BucketSet Buckets)
{
    public ShardRecord Give(BucketSet buckets) => new(Epoch + 1, Buckets.Without(buckets));

    public ShardRecord Take(BucketSet buckets) => new(Epoch + 1, Buckets.With(buckets));

    /// <summary>The same buckets at the next epoch.</summary>
    public ShardRecord Next() => this with { Epoch = Epoch + 1 };
}
