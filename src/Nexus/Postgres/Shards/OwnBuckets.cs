using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>The buckets of chats that are a shard's own at a moment.</summary>
/// <param name="Epoch">As <see cref="ShardIdentity.Epoch"/>: two with one epoch are the same.</param>
/// <param name="Bits">As <see cref="ShardRow.Owned"/>.</param>
internal sealed record OwnBuckets(long Epoch, string Bits)
{
    /// <summary>Whether a record belongs to the shard. A record of no chat is on the home shard, whose store alone is asked for it.</summary>
    public bool Include(RecordPlace place) => !place.IsInBucket || Bits[place.Bucket] == '1';
}
