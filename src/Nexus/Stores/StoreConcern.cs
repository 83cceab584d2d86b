namespace Nexus.Stores;

/// <summary>A problem of a store that responds.</summary>
/// <param name="Code"><see cref="ChangesNotHeard"/> or another of the constants: for programs, and safe to show to anybody.</param>
/// <param name="Message">What is wrong and what to do, for the operator.</param>
public sealed record StoreConcern(string Code, string Message)
{
    /// <summary>Changes of other instances are not proven to arrive: nothing is served from memory and each read asks the database.</summary>
    public const string ChangesNotHeard = "changes_not_heard";

    /// <summary>Another instance with the fallback mode <c>read-write</c> uses the same state; that mode is for one instance.</summary>
    public const string AnotherReadWriteInstance = "another_read_write_instance";

    /// <summary>A primary that was replaced by a promoted standby accepts connections; nothing is written there.</summary>
    public const string OldPrimary = "old_primary";

    /// <summary>Trades of some month are refused because its partition is missing and cannot be created.</summary>
    public const string TradesWithoutPartition = "trades_without_partition";

    /// <summary>Batches over several servers wait for their end on a server that does not let them be ended.</summary>
    public const string UnsettledBatches = "unsettled_batches";

    /// <summary>The database has a shard that this instance cannot open, such as one on a server whose address it does not have.</summary>
    public const string UnknownShard = "unknown_shard";

    /// <summary>A shard does not respond: calls to its chats and lists over all chats fail, the others are served.</summary>
    public const string ShardUnavailable = "shard_unavailable";

    /// <summary>The embedded store's file is damaged.</summary>
    public const string DamagedFile = "damaged_file";
}
