namespace Nexus.Audit;

/// <summary>A finding at one time.</summary>
public sealed record FixState
{
    /// <summary>How serious it is.</summary>
    public AuditSeverity Severity { get; init; }

    /// <summary>What was found, in one sentence.</summary>
    public string Found { get; init; } = "";

    /// <summary>The numbers behind it.</summary>
    public IReadOnlyList<EvidenceReport> Evidence { get; init; } = [];
}
