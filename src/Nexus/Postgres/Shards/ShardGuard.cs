using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>
/// What a store that is one of several shards proves with each call: a write that its buckets are the shard's own, a read that the map it was routed
/// by is not older than the shard's.
/// </summary>
/// <param name="row">The shard's row in the map.</param>
internal sealed class ShardGuard(ShardRow row)
{
    private OwnBuckets _own = row.Own;

    /// <summary>Identifies the sharded database.</summary>
    public Guid MapId => row.MapId;

    /// <summary>The shard's number, 0 for the home shard.</summary>
    public int Number => row.Number;

    /// <summary>The shard's buckets by the map in use.</summary>
    public OwnBuckets Own
    {
        get => Volatile.Read(ref _own);
        set => Volatile.Write(ref _own, value);
    }

    /// <summary>The epoch that the map in use states of this shard. The shard's own grows whenever it gets or loses a bucket.</summary>
    public long Epoch => Own.Epoch;

    /// <summary>The buckets of the chats that a batch writes to, each once.</summary>
    public static int[] BucketsOf(IEnumerable<Write> writes) =>
        [.. writes.Select(static write => write.Place).Where(static place => place.IsInBucket).Select(static place => place.Bucket).Distinct()];
}
