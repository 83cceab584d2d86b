using System.Text.Json.Serialization;

namespace Nexus.Audit;

/// <summary>
/// An audit in one language. <see cref="ToJson"/> writes it with camelCase names; docs/audit.md describes them. Names, ids and enumerations are the
/// same in every language. Within one <see cref="SchemaVersion"/> members are only added.
/// </summary>
public sealed record AuditReport
{
    /// <summary>The version of the JSON: 1.</summary>
    public int SchemaVersion { get; init; }

    /// <summary>When the window began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long the traffic was observed, in seconds.</summary>
    public double WindowSeconds { get; init; }

    /// <summary>The language of the texts.</summary>
    public AuditLanguage Language { get; init; }

    /// <summary>What was audited, and with which role.</summary>
    public required ServerReport Server { get; init; }

    /// <summary>0 to 100; 100 without findings.</summary>
    public int Score { get; init; }

    /// <summary>One line.</summary>
    public required string Summary { get; init; }

    /// <summary>The number of findings of each severity and of checks of each status.</summary>
    public required CountsReport Counts { get; init; }

    /// <summary>The findings, worst first.</summary>
    public required IReadOnlyList<FindingReport> Findings { get; init; }

    /// <summary>Every check that was run, by group and number.</summary>
    public required IReadOnlyList<CheckReport> Checks { get; init; }

    /// <summary>What was measured over the window.</summary>
    public required IReadOnlyList<EvidenceReport> Metrics { get; init; }

    /// <summary>What changed since an earlier report; null without one. See <see cref="CompareWith"/>.</summary>
    public BaselineReport? Baseline { get; init; }

    /// <summary>The severity of the worst finding; null without findings.</summary>
    [JsonIgnore]
    public AuditSeverity? Worst => Findings.Count == 0 ? null : Findings.Max(finding => finding.Severity);

    /// <summary>The report as indented JSON.</summary>
    public string ToJson() => AuditJson.Write(this);

    /// <summary>The report as a Markdown document: summary, problems with evidence and solution, metrics, plan and checklist.</summary>
    public string ToMarkdown() => MarkdownReport.Write(this);

    /// <summary>The report as SARIF 2.1.0, for CI.</summary>
    public string ToSarif() => SarifReport.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
    /// <exception cref="AuditException"><see cref="AuditErrorKind.InvalidReport"/>: it is not a report, or a newer version wrote it.</exception>
    public static AuditReport Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return AuditJson.Read(json);
    }

    /// <summary>This report with <see cref="Baseline"/>: what changed since an earlier report of the same database.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="earlier"/> is null.</exception>
    public AuditReport CompareWith(AuditReport earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return this with { Baseline = BaselineComparison.Compare(earlier, this) };
    }
}
