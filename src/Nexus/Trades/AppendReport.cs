using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Trades;

/// <summary>The result of appending trades.</summary>
public sealed class AppendReport
{
    /// <summary>The most refusals that are listed; further ones are only counted, so that memory stays bounded.</summary>
    public const int MaxListed = 1000;

    private readonly List<AppendRejection> _rejections = [];

    /// <summary>Trades stored by this call.</summary>
    public long Stored { get; private set; }

    /// <summary>How many of those are in the outbox until PostgreSQL is available again.</summary>
    public long Spooled { get; private set; }

    /// <summary>Trades that were already stored before.</summary>
    public long AlreadyExisted { get; private set; }

    /// <summary>Trades that were refused.</summary>
    public long Rejected { get; private set; }

    /// <summary>
    /// Why the rest of the trades was not stored: an unavailable store, a cancellation or an error of the input. Null if all trades were processed.
    /// Trades of the batch in progress are in none of the counts; appending all of them again stores each once.
    /// </summary>
    public Exception? StoppedBy { get; private set; }

    /// <summary>Whether every trade of the input is in the counts.</summary>
    public bool IsComplete => StoppedBy is null;

    /// <summary>Whether the store has acknowledged any trade.</summary>
    internal bool HasWritten => Stored + AlreadyExisted > 0;

    /// <summary>The first <see cref="MaxListed"/> refusals.</summary>
    public IReadOnlyList<AppendRejection> Rejections => _rejections;

    /// <summary>Counts a refusal: also of a line that could not even be read as a trade.</summary>
    /// <param name="index">Place in the input, from 0.</param>
    /// <param name="error">Why.</param>
    public void Reject(long index, NexusException error)
    {
        Rejected++;
        if (_rejections.Count < MaxListed) _rejections.Add(new AppendRejection(index, error.Code, error.Message));
    }

    internal void Stop(Exception reason) => StoppedBy = reason;

    internal void Count(long index, WriteOutcome outcome, WriteKey record, string invalidState)
    {
        if (outcome.IsApplied)
        {
            AnswerSource.Wrote(outcome.IsSpooled);
            if (outcome.Status == WriteStatus.AlreadyApplied) AlreadyExisted++;
            else Stored++;
            if (outcome.IsSpooled) Spooled++;
        }
        else Reject(index, outcome.ToException(record.ToString(), null, invalidState));
    }
}
