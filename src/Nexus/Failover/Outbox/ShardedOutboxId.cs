namespace Nexus.Failover;

/// <summary>
/// The number of an entry of a shard's outbox: its number there and, as the last three digits, the shard. 7003 is entry 7 of shard 3.
/// </summary>
internal static class ShardedOutboxId
{
    /// <summary>More than there are shards.</summary>
    private const int Shards = 1000;

    /// <summary>The number that an operator sees.</summary>
    public static long Of(int shard, long id) => (id * Shards) + shard;

    /// <summary>The shard that the number names, and the entry's number there.</summary>
    public static (int Shard, long Id) Parse(long number) => ((int)(number % Shards), number / Shards);

    /// <summary>The last number of a shard at or before a number that an operator sees, to list what follows.</summary>
    public static long After(int shard, long number) => number < shard ? 0 : (number - shard) / Shards;
}
