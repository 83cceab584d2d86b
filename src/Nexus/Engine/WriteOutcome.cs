using Nexus.Errors;

namespace Nexus.Engine;

internal enum WriteStatus
{
    /// <summary>The write is committed.</summary>
    Applied,

    /// <summary>The same write was applied before: nothing changed now.</summary>
    AlreadyApplied,

    /// <summary>The write named a version that is not the stored one; <see cref="WriteOutcome.Version"/> is the stored one, 0 for none.</summary>
    Conflict,

    /// <summary>The record that the write changes does not exist.</summary>
    NotFound,

    /// <summary>The record exists but is in a state that does not allow the write, such as a trade that is closed.</summary>
    InvalidState,

    /// <summary>The write failed with <see cref="WriteOutcome.Error"/>. Other writes of the batch are not affected.</summary>
    Failed,

    /// <summary>An atomic batch was rolled back because of another member.</summary>
    RolledBack,
}

/// <summary>The outcome of one write.</summary>
/// <param name="Status">Applied or why not.</param>
/// <param name="Version">The record's version after the write (Applied, AlreadyApplied) or as it is stored (Conflict).</param>
/// <param name="At">The store's time of the write (Applied, AlreadyApplied).</param>
/// <param name="Error">Only with <see cref="WriteStatus.Failed"/>.</param>
/// <param name="IsSpooled">It is durable in the outbox and not yet in PostgreSQL.</param>
internal readonly record struct WriteOutcome(WriteStatus Status, long Version = 0, DateTimeOffset At = default, NexusException? Error = null,
    bool IsSpooled = false)
{
    public bool IsApplied => Status is WriteStatus.Applied or WriteStatus.AlreadyApplied;

    public static WriteOutcome Applied(long version, DateTimeOffset at) => new(WriteStatus.Applied, version, at);

    public static WriteOutcome Conflict(long storedVersion) => new(WriteStatus.Conflict, storedVersion);

    public static WriteOutcome NotFound { get; } = new(WriteStatus.NotFound);

    public static WriteOutcome InvalidState { get; } = new(WriteStatus.InvalidState);

    public static WriteOutcome RolledBack { get; } = new(WriteStatus.RolledBack);

    public static WriteOutcome Failed(NexusException error) => new(WriteStatus.Failed, Error: error);
}
