namespace Nexus.Audit;

/// <summary>A check's result.</summary>
/// <param name="Check">The check.</param>
/// <param name="Status">What it came to.</param>
/// <param name="Findings">Worst first.</param>
/// <param name="NotSeen">What it could not examine; there may be findings, too.</param>
internal sealed record CheckResult(AuditCheck Check, CheckStatus Status, IReadOnlyList<Finding> Findings, IReadOnlyList<NotSeen> NotSeen)
{
    /// <summary>A database of a hundred thousand tables must not produce a report that is too large to open.</summary>
    private const int MostFindings = 1000;

    /// <summary>Checks whose findings stand for some of this one's, which had the same cause: see <see cref="Causes"/>.</summary>
    public IReadOnlyList<string> FoundIn { get; init; } = [];

    /// <summary>The worst finding's, null without one.</summary>
    public AuditSeverity? Severity => Findings.Count == 0 ? null : Findings.Max(finding => finding.Severity);

    /// <summary>From what a check returned.</summary>
    public static CheckResult From(AuditCheck check, IReadOnlyList<Finding> findings, IReadOnlyList<NotSeen> notSeen, params string[] foundIn) => new(
        check,
        findings.Count + foundIn.Length > 0 ? CheckStatus.Findings : notSeen.Count > 0 ? CheckStatus.Skipped : CheckStatus.Ok,
        [.. findings.OrderByDescending(finding => finding.Severity).Take(MostFindings)],
        [.. notSeen.Take(MostFindings), .. findings.Count > MostFindings
            ? (NotSeen[])[NotSeenReasons.MoreFindings(findings.Count - MostFindings)] : []])
    { FoundIn = foundIn };
}
