using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Engine;

/// <summary>What the outcome of a write means to its caller.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class Outcomes
{
    private const string InvalidState = "is not in a state that allows this";

    /// <summary>The receipt, or the typed exception that says why there is none.</summary>
    /// <param name="record">What was written.</param>
    /// <param name="expectedVersion">What the write expected.</param>
    /// <param name="invalidState">What <see cref="WriteStatus.InvalidState"/> means for this kind of write.</param>
    internal static WriteReceipt ToReceipt(this WriteOutcome outcome, WriteKey record, long? expectedVersion = null,
        string invalidState = InvalidState) =>
        outcome.Status switch
        {
            WriteStatus.Applied or WriteStatus.AlreadyApplied => Acknowledge(outcome),
            _ => throw ToException(outcome, record.ToString(), expectedVersion, invalidState),
        };

    /// <summary>The receipt of a deletion; a record that does not exist is not an error.</summary>
    internal static DeleteReceipt ToDeleteReceipt(this WriteOutcome outcome, WriteKey record, long? expectedVersion)
    {
        if (outcome.Status == WriteStatus.NotFound) return new DeleteReceipt(Existed: false);
        var receipt = outcome.ToReceipt(record, expectedVersion);
        return new DeleteReceipt(Existed: true, receipt.Version, receipt.At, receipt.IsSpooled);
    }

    private static WriteReceipt Acknowledge(WriteOutcome outcome)
    {
        AnswerSource.Wrote(outcome.IsSpooled);
        return new WriteReceipt(outcome.Version, outcome.At, outcome.Status == WriteStatus.AlreadyApplied, outcome.IsSpooled);
    }

    /// <summary>The exception of a write that was not applied.</summary>
    /// <param name="outcome">Not applied.</param>
    /// <param name="record">How the message names the record.</param>
    /// <param name="expectedVersion">The version that the write expected; null for any.</param>
    /// <param name="invalidState">What <see cref="WriteStatus.InvalidState"/> means for this kind of write.</param>
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
