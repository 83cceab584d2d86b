namespace Nexus.Audit;

/// <summary>What changed since an earlier report.</summary>
public sealed record BaselineReport
{
    /// <summary>When the earlier audit began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Its score.</summary>
    public int Score { get; init; }

    /// <summary>Findings that are new.</summary>
    public required IReadOnlyList<ChangeReport> New { get; init; }

    /// <summary>Findings that are gone. Without those whose check could not examine everything this time.</summary>
    public required IReadOnlyList<ChangeReport> Gone { get; init; }

    /// <summary>Findings with another severity.</summary>
    public required IReadOnlyList<ChangeReport> Changed { get; init; }
}
