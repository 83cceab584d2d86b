namespace Nexus.Sharding;

/// <summary>The steps of a move of buckets, in their order.</summary>
public enum ShardMovePhase
{
    /// <summary>The move is noted on the home shard; changes of its rows are noted from then on.</summary>
    Preparing,

    /// <summary>The rows are copied, in a transaction of the target that is not committed.</summary>
    Copying,

    /// <summary>Rows that changed since are copied again.</summary>
    Following,

    /// <summary>Every row of both sides is compared.</summary>
    Comparing,

    /// <summary>Both shards wait: the last changed rows are copied and compared.</summary>
    Holding,

    /// <summary>The source has given the buckets up. Only where the shards are in different databases.</summary>
    Leaving,

    /// <summary>The target has the buckets. Only where the home shard is in another database.</summary>
    Arriving,

    /// <summary>The map says so; the copies that are left on the source are removed.</summary>
    Removing,

    /// <summary>Nothing is left to do for these buckets.</summary>
    Moved,
}
