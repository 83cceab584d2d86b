using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>
/// What a store that is one of several shards proves with each call: a write that its buckets are the shard's own, a read that the map it was routed
/// by is not older than the shard's.
/// </summary>
/// <param name="mapId">Identifies the sharded database.</param>
/// <param name="number">The shard's number, 0 for the home shard.</param>
/// <param name="epoch">As <see cref="Epoch"/>.</param>
internal sealed class ShardGuard(Guid mapId, int number, long epoch)
{
    private long _epoch = epoch;

    public Guid MapId => mapId;

    public int Number => number;

    /// <summary>The epoch that the map in use states of this shard. The shard's own grows whenever it gets or loses a bucket.</summary>
    public long Epoch
    {
        get => Interlocked.Read(ref _epoch);
        set => Interlocked.Exchange(ref _epoch, value);
    }

    /// <summary>The buckets of the chats that a batch writes to, each once.</summary>
    public static int[] BucketsOf(IEnumerable<Write> writes) =>
        [.. writes.Select(static write => write.Place).Where(static place => place.IsInBucket).Select(static place => place.Bucket).Distinct()];
}
