using Nexus.Audit.Text;

namespace Nexus.Audit.Reports;

/// <summary>
/// Makes the report of an audit in one language. Whatever comes from the database passes here on its way to a person or a program: names and texts by <see cref="Printable"/>, statements by
/// <see cref="PrintableSql"/>. What a document takes for markup its own writer escapes.
/// </summary>
internal sealed class ReportBuilder(AuditResult result, AuditLanguage language)
{
    /// <param name="baseline">An earlier report to compare with.</param>
    public AuditReport Build(AuditReport? baseline = null)
    {
        var findings = result.Checks.SelectMany(check => check.Findings.Select(finding => (check.Check, Finding: finding)))
            .OrderByDescending(pair => pair.Finding.Severity).Select(pair => Finding(pair.Check, pair.Finding)).ToList();
        var counts = Count(findings);
        var report = new AuditReport(
            AuditReport.CurrentSchema,
            result.StartedAt,
            Math.Round(result.Window.Seconds, 3),
            language.Code(),
            Server(),
            result.Score,
            ReportWords.Summary(result.Score, counts, Printable.Line(result.Server.Database), Printable.Line(result.Server.VersionText), result.Window.Seconds).In(language),
            counts,
            findings,
            [.. result.Checks.Select(Check)],
            [.. ReportMetrics.Of(result).Select(Evidence)],
            null);
        return baseline is null ? report : report with { Baseline = BaselineComparison.Compare(baseline, report) };
    }

    private ServerReport Server() => new(
        Printable.Line(result.Server.VersionText),
        result.Server.Version,
        Printable.Line(result.Server.Database),
        Printable.Line(result.Server.User),
        result.Server.IsSuperuser ? "superuser" : result.Server.IsMonitor ? "pg_monitor" : "user",
        result.Server.IsReplica,
        result.Server.IsPooled,
        result.Server.DatabaseBytes,
        result.Server.StatisticsSince,
        result.Server.Statements is not null);

    private CountsReport Count(List<FindingReport> findings)
    {
        return new CountsReport(
            Of(AuditSeverity.Critical), Of(AuditSeverity.High), Of(AuditSeverity.Medium), Of(AuditSeverity.Low), Of(AuditSeverity.Info),
            Checks(CheckStatus.Ok), Checks(CheckStatus.Findings), Checks(CheckStatus.Skipped));

        int Of(AuditSeverity severity) => findings.Count(finding => finding.Severity == severity.Code());
        int Checks(CheckStatus status) => result.Checks.Count(check => check.Status == status);
    }

    private FindingReport Finding(AuditCheck check, Finding finding) => new(
        check.Id,
        check.Title.In(language),
        finding.Severity.Code(),
        finding.Confidence.Code(),
        Printable.Line(finding.Object),
        Printable.Line(finding.Found.In(language)),
        [.. finding.Evidence.Select(Evidence)],
        Fix(finding.Fix),
        check.FalsePositives.In(language),
        check.Page,
        finding.Related.Count == 0 ? null : [.. finding.Related.Select(related => new RelatedReport(related.Id, Printable.Line(related.Object), Printable.Line(related.Found.In(language))))]);

    private FixAdvice Fix(Fix fix)
    {
        var sql = Sql(fix.Sql);
        // What was written with escapes stays a matter for a person: a name made to deceive is not applied unseen.
        var canApply = fix.CanApply && sql.Count > 0 && !sql.Any(PrintableSql.IsEscaped);
        return new FixAdvice(Printable.Line(fix.Advice.In(language)), sql, Sql(fix.Rollback), canApply) { Evaluates = fix.Evaluates };
    }

    private static IReadOnlyList<string> Sql(IReadOnlyList<string> statements) => statements.Any(sql => sql.Length > PrintableSql.Longest) ? [] : [.. statements.Select(PrintableSql.Of)];

    private EvidenceReport Evidence(Evidence evidence) => new(evidence.Name, evidence.Label.In(language), evidence.Number, evidence.Words is { } words ? Printable.Line(words) : null, evidence.Unit);

    private CheckReport Check(CheckResult check) => new(
        check.Check.Id,
        CheckCatalogue.GroupName(check.Check.Id).In(language),
        check.Check.Title.In(language),
        check.Status.Code(),
        check.Severity?.Code(),
        check.Findings.Count,
        [.. check.NotSeen.Select(notSeen => new NotSeenReport(Printable.Line(notSeen.Reason.In(language)), notSeen.Grant is { } grant ? PrintableSql.Of(grant) : null))],
        check.Check.SeverityRule.In(language),
        check.Check.Page,
        check.Status == CheckStatus.Ok ? check.Check.Positive.In(language) : null,
        check.FoundIn.Count == 0 ? null : check.FoundIn);
}
