using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Trades;

/// <summary>What became of trades that were appended.</summary>
public sealed class AppendReport
{
    /// <summary>Refusals that are listed one by one; more are only counted, so that memory stays bounded.</summary>
    public const int MaxListed = 1000;

    private readonly List<AppendRejection> _rejections = [];

    /// <summary>Stored by this call.</summary>
    public long Stored { get; private set; }

    /// <summary>Of those, how many are on this machine's disk until PostgreSQL is available again.</summary>
    public long Spooled { get; private set; }

    /// <summary>Were stored before.</summary>
    public long AlreadyExisted { get; private set; }

    /// <summary>Not stored.</summary>
    public long Rejected { get; private set; }

    /// <summary>
    /// Why the rest of the trades was not stored although some were: an unavailable store, a cancellation, an error of the input. Null when all
    /// trades were
    /// taken. Trades that were in the batch at that time are in none of the counts; appending all of them again stores each once.
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

/// <summary>One refusal.</summary>
/// <param name="Index">Place in the input, from 0.</param>
/// <param name="Code">The error's code.</param>
/// <param name="Message">Why, without values.</param>
public sealed record AppendRejection(long Index, string Code, string Message);
