namespace Nexus.Audit;

/// <summary>One finding.</summary>
public sealed record FindingReport
{
    /// <summary>The id of the check, such as <c>C1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The title of the check.</summary>
    public required string Title { get; init; }

    /// <summary>How serious it is.</summary>
    public AuditSeverity Severity { get; init; }

    /// <summary>How certain it is.</summary>
    public AuditConfidence Confidence { get; init; }

    /// <summary>What it is about, such as <c>public.trades</c>. With the id it identifies the finding from one audit to the next.</summary>
    public required string Object { get; init; }

    /// <summary>What was found, in one sentence.</summary>
    public required string Found { get; init; }

    /// <summary>The numbers behind it, the most telling one first.</summary>
    public required IReadOnlyList<EvidenceReport> Evidence { get; init; }

    /// <summary>What to do.</summary>
    public required FixAdvice Fix { get; init; }

    /// <summary>When it may be fine.</summary>
    public required string FalsePositives { get; init; }

    /// <summary>The command that prints the page about the check; see also <see cref="AuditCheckInfo.Explain"/>.</summary>
    public required string Docs { get; init; }

    /// <summary>Findings of other checks with the same cause, which this one represents; null without any.</summary>
    public IReadOnlyList<RelatedReport>? Related { get; init; }
}
