namespace Nexus.Failover;

/// <summary>Spooled writes to chats that were moved to another shard before the replay.</summary>
internal static class MovedWrites
{
    /// <summary>The code of the quarantine.</summary>
    public const string Code = "moved";

    /// <summary>The refusal of a retry without a connection to the shards.</summary>
    public const string NeedsServer =
        "the chat was moved to another shard while the write was in the outbox: start the server, and retry the write there";

    /// <summary>What an operator reads in the list of a write that may have been applied.</summary>
    public const string UnsureReason =
        "the chat was moved to another shard while the write was in the outbox, and the write may have been applied before: look at the record; "
            + "retry sends the write to the shard of the chat";

    /// <summary>What an operator reads in the list.</summary>
    public const string Reason = "the chat was moved to another shard while the write was in the outbox; retry sends the write there";
}
