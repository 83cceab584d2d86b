namespace Nexus.Sharding;

/// <summary>A move of some buckets from one shard to another, as the home shard notes it while it runs.</summary>
/// <param name="Id">Identifies the attempt.</param>
/// <param name="Source">The shard that has the buckets.</param>
/// <param name="Target">The shard that gets them.</param>
/// <param name="Buckets">The buckets.</param>
internal sealed record ShardMove(Guid Id, int Source, int Target, BucketSet Buckets)
{
    /// <summary>For messages.</summary>
    public override string ToString() => $"buckets {Buckets} from shard {Source} to shard {Target}";
}
