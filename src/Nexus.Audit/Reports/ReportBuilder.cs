namespace Nexus.Audit;

/// <summary>
/// Makes the report of an audit in one language. Whatever comes from the database passes here on its way to a person or a program: names and texts by
/// <see cref="Printable"/>, statements by
/// <see cref="PrintableSql"/>. What a document takes for markup its own writer escapes.
/// </summary>
internal sealed class ReportBuilder(AuditResult result, AuditLanguage language)
{
    public AuditReport Build()
    {
        var findings = result.Checks.SelectMany(check => check.Findings.Select(finding => (check.Check, Finding: finding)))
            .OrderByDescending(pair => pair.Finding.Severity).Select(pair => Finding(pair.Check, pair.Finding)).ToList();
        var counts = Count(findings);
        var (database, version) = (Printable.Line(result.Server.Database), Printable.Line(result.Server.VersionText));
        return new AuditReport
        {
            SchemaVersion = AuditJson.CurrentSchema,
            StartedAt = result.StartedAt,
            WindowSeconds = Math.Round(result.Window.Seconds, 3),
            Language = language,
            Server = Server(),
            Score = result.Score,
            Summary = ReportWords.Summary(result.Score, counts, database, version, result.Window.Seconds).In(language),
            Counts = counts,
            Findings = findings,
            Checks = [.. result.Checks.Select(Check)],
            Metrics = [.. ReportMetrics.Of(result).Select(Evidence)],
        };
    }

    private ServerReport Server() => new()
    {
        Version = Printable.Line(result.Server.VersionText),
        VersionNumber = result.Server.Version,
        Database = Printable.Line(result.Server.Database),
        User = Printable.Line(result.Server.User),
        Rights = result.Server.IsSuperuser ? "superuser" : result.Server.IsMonitor ? "pg_monitor" : "user",
        IsReplica = result.Server.IsReplica,
        BehindPooler = result.Server.IsPooled,
        DatabaseBytes = result.Server.DatabaseBytes,
        StatisticsSince = result.Server.StatisticsSince,
        Statements = result.Server.Statements is not null,
    };

    private CountsReport Count(List<FindingReport> findings)
    {
        return new CountsReport
        {
            Critical = Of(AuditSeverity.Critical),
            High = Of(AuditSeverity.High),
            Medium = Of(AuditSeverity.Medium),
            Low = Of(AuditSeverity.Low),
            Info = Of(AuditSeverity.Info),
            ChecksOk = Checks(CheckStatus.Ok),
            ChecksWithFindings = Checks(CheckStatus.Findings),
            ChecksSkipped = Checks(CheckStatus.Skipped),
        };

        int Of(AuditSeverity severity) => findings.Count(finding => finding.Severity == severity);
        int Checks(CheckStatus status) => result.Checks.Count(check => check.Status == status);
    }

    private FindingReport Finding(AuditCheck check, Finding finding) => new()
    {
        Id = check.Id,
        Title = check.Title.In(language),
        Severity = finding.Severity,
        Confidence = finding.Confidence,
        Object = Printable.Line(finding.Object),
        Found = Printable.Line(finding.Found.In(language)),
        Evidence = [.. finding.Evidence.Select(Evidence)],
        Fix = Fix(finding.Fix),
        FalsePositives = check.FalsePositives.In(language),
        Docs = check.Page,
        Related = finding.Related.Count == 0 ? null : [.. finding.Related.Select(Related)],
    };

    private RelatedReport Related(RelatedFinding related) =>
        new() { Id = related.Id, Object = Printable.Line(related.Object), Found = Printable.Line(related.Found.In(language)) };

    private FixAdvice Fix(Fix fix)
    {
        var sql = Sql(fix.Sql);
        return new FixAdvice
        {
            Advice = Printable.Line(fix.Advice.In(language)),
            Sql = sql,
            Rollback = Sql(fix.Rollback),
            // A statement that needed escapes is left to a person: a deceptive name is not applied unseen.
            CanApply = fix.CanApply && sql.Count > 0 && !sql.Any(PrintableSql.IsEscaped),
            Evaluates = fix.Evaluates,
        };
    }

    private static IReadOnlyList<string> Sql(IReadOnlyList<string> statements) =>
        statements.Any(sql => sql.Length > PrintableSql.Longest) ? [] : [.. statements.Select(PrintableSql.Of)];

    private EvidenceReport Evidence(Evidence evidence) => new()
    {
        Name = evidence.Name,
        Label = evidence.Label.In(language),
        Value = evidence.Number,
        Text = evidence.Words is { } words ? Printable.Line(words) : null,
        Unit = evidence.Unit,
    };

    private CheckReport Check(CheckResult check) => new()
    {
        Id = check.Check.Id,
        Group = CheckCatalogue.GroupName(check.Check.Id).In(language),
        Title = check.Check.Title.In(language),
        Status = check.Status,
        Severity = check.Severity,
        FindingCount = check.Findings.Count,
        NotSeen = [.. check.NotSeen.Select(NotSeen)],
        SeverityRule = check.Check.SeverityRule.In(language),
        Docs = check.Check.Page,
        Positive = check.Status == CheckStatus.Ok ? check.Check.Positive.In(language) : null,
        FoundIn = check.FoundIn.Count == 0 ? null : check.FoundIn,
    };

    private NotSeenReport NotSeen(NotSeen notSeen) => new()
    {
        Reason = Printable.Line(notSeen.Reason.In(language)),
        Grant = notSeen.Grant is { } grant ? PrintableSql.Of(grant) : null,
    };
}
