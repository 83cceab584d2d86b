using Nexus.Errors;

namespace Nexus.Engine;

/// <summary>The result of a write that was applied.</summary>
/// <param name="Version">The record's version now.</param>
/// <param name="At">When it was applied, by the store's clock.</param>
/// <param name="AlreadyExisted">The same write had been applied before: nothing changed now.</param>
/// <param name="IsSpooled">PostgreSQL was unavailable: the write is durable in the outbox and is replayed when PostgreSQL is available again.</param>
public readonly record struct WriteReceipt(long Version, DateTimeOffset At, bool AlreadyExisted, bool IsSpooled = false);

internal static class Outcomes
{
    private const string InvalidState = "is not in a state that allows this";

    /// <summary>The receipt, or the typed exception that says why there is none.</summary>
    /// <param name="record">What was written.</param>
    /// <param name="expectedVersion">What the write expected.</param>
    /// <param name="invalidState">What <see cref="WriteStatus.InvalidState"/> means for this kind of write.</param>
    public static WriteReceipt ToReceipt(this WriteOutcome outcome, WriteKey record, long? expectedVersion = null,
        string invalidState = InvalidState) =>
        outcome.Status switch
        {
            WriteStatus.Applied or WriteStatus.AlreadyApplied => Acknowledge(outcome),
            _ => throw ToException(outcome, record.ToString(), expectedVersion, invalidState),
        };

    private static WriteReceipt Acknowledge(WriteOutcome outcome)
    {
        AnswerSource.Wrote(outcome.IsSpooled);
        return new WriteReceipt(outcome.Version, outcome.At, outcome.Status == WriteStatus.AlreadyApplied, outcome.IsSpooled);
    }

    public static NexusException ToException(this WriteOutcome outcome, string record, long? expectedVersion = null,
        string invalidState = InvalidState) =>
        outcome.Status switch
        {
            WriteStatus.Conflict => new NexusConflictException(record, expectedVersion ?? 0, outcome.Version),
            WriteStatus.NotFound => new NexusNotFoundException(record),
            WriteStatus.InvalidState => new NexusStateException(record, invalidState),
            WriteStatus.Failed => outcome.Error!,
            _ => new NexusStateException(record, "was rolled back with its batch"),
        };
}
