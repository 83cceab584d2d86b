namespace Nexus.Audit;

/// <summary>The result of an audit, from which the reports are made.</summary>
/// <param name="StartedAt">When the window began.</param>
/// <param name="Server">The server's facts.</param>
/// <param name="Window">What happened during the window.</param>
/// <param name="Checks">Every check that was asked for, in the catalogue's order.</param>
internal sealed record AuditResult(DateTimeOffset StartedAt, ServerFacts Server, WindowData Window, IReadOnlyList<CheckResult> Checks)
{
    /// <summary>The worst finding's, null without one.</summary>
    public AuditSeverity? Worst => Checks.Max(check => check.Severity);

    /// <summary>
    /// 100 without findings. Each check takes off by its worst finding (critical 25, high 10, medium 4, low a half) and a quarter of that more for
    /// each further finding of the same severity, up to twice; never below 0.
    /// </summary>
    public int Score => (int)Math.Round(Math.Max(0, 100 - Checks.Sum(Loss)), MidpointRounding.AwayFromZero);

    private static double Loss(CheckResult check)
    {
        if (check.Severity is not { } worst) return 0;
        var further = check.Findings.Count(finding => finding.Severity == worst) - 1;
        return Weight(worst) * Math.Min(2, 1 + further / 4.0);
    }

    private static double Weight(AuditSeverity severity) => severity switch
    {
        AuditSeverity.Critical => 25,
        AuditSeverity.High => 10,
        AuditSeverity.Medium => 4,
        AuditSeverity.Low => 0.5,
        _ => 0,
    };
}
