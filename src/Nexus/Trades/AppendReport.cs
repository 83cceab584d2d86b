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

    /// <summary>Were stored before.</summary>
    public long AlreadyExisted { get; private set; }

    /// <summary>Not stored.</summary>
    public long Rejected { get; private set; }

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

    internal void Count(long index, WriteOutcome outcome, WriteKey record, string invalidState)
    {
        if (outcome.Status == WriteStatus.Applied) Stored++;
        else if (outcome.Status == WriteStatus.AlreadyApplied) AlreadyExisted++;
        else Reject(index, outcome.ToException(record.ToString(), null, invalidState));
    }
}

/// <summary>One refusal.</summary>
/// <param name="Index">Place in the input, from 0.</param>
/// <param name="Code">The error's code.</param>
/// <param name="Message">Why, without values.</param>
public sealed record AppendRejection(long Index, string Code, string Message);
