using System.Globalization;
using System.Text;

namespace Nexus.Audit;

/// <summary>
/// The report as a document in the shape of the audit that Nexus was specified by: summary, problems with evidence and solution, metrics, plan,
/// checklist.
/// </summary>
internal sealed class MarkdownReport(AuditReport report)
{
    private const int ShownByCheck = 20;

    private readonly StringBuilder _text = new();

    public static string Write(AuditReport report) => new MarkdownReport(report).Write();

    private string Write()
    {
        Head();
        Summary();
        if (report.Baseline is { } baseline) Changes(baseline);
        if (report.Findings.Count > 0) Problems();
        Metrics();
        if (report.Findings.Count > 0) Plan();
        return _text.ToString();
    }

    private void Head()
    {
        Line($"# 🔍 {T(ReportTexts.Title)} {Escape(report.Server.Database)}");
        Line();
        Line($"**{T(ReportTexts.Date)}**: {report.StartedAt.ToUniversalTime():yyyy-MM-dd HH:mm} UTC  ");
        Line($"**{T(ReportTexts.Version)}**: PostgreSQL {Escape(report.Server.Version)}  ");
        Line($"**{T(ReportTexts.Window)}**: {Number(report.WindowSeconds)} s  ");
        Line($"**{T(ReportTexts.AuditedAs)}**: {Escape(report.Server.User)} ({report.Server.Rights})  ");
        if (report.Server.StatisticsSince is { } since) Line(
            $"**{T(ReportTexts.StatisticsSince)}**: {since.ToUniversalTime():yyyy-MM-dd HH:mm} UTC  ");
        Line($"**{T(ReportTexts.Status)}**: {T(report.Findings.Count == 0 ? ReportTexts.StatusOk : ReportTexts.StatusFindings)}");
    }

    private void Summary()
    {
        Section($"📊 {T(ReportTexts.ExecutiveSummary)}");
        Line(Escape(report.Summary));
        Line();
        Line($"### ❌ {T(ReportTexts.ProblemsIdentified)}");
        if (report.Findings.Count == 0) Line($"- {T(ReportTexts.None)}");
        foreach (var group in ByCheck(report.Findings)) Line(
            $"- **{Mark(group.First())}**: {Escape(group.First().Title)} ({group.Key}{Times(group.Count())})");
        Line();
        Line($"### ✅ {T(ReportTexts.PositivePoints)}");
        foreach (var check in report.Checks
            .Where(check => check.Status == CheckStatus.Ok)) Line($"- ✅ {Escape(check.Positive ?? check.Title)} ({check.Id})");
        if (!report.Checks.Any(check => check.Status == CheckStatus.Ok)) Line($"- {T(ReportTexts.None)}");
        var notSeen = report.Checks.Where(check => check.NotSeen.Count > 0).ToList();
        if (notSeen.Count == 0) return;
        Line();
        Line($"### ⚠️ {T(ReportTexts.NotChecked)}");
        foreach (var check in notSeen)
        {
            foreach (var reason in check.NotSeen) Line(
                $"- {check.Id} {Escape(check.Title)}: {Escape(reason.Reason)}{(reason.Grant is null ? "" : $" → {Code(reason.Grant)}")}");
        }
    }

    private void Changes(BaselineReport baseline)
    {
        Section($"🔁 {T(ReportTexts.Changes)} {baseline.StartedAt.ToUniversalTime():yyyy-MM-dd HH:mm} UTC");
        Line($"{T(ReportTexts.Score)}: {baseline.Score} → {report.Score}");
        Line();
        foreach (var change in baseline.New) Line($"- 🆕 {T(ReportTexts.New)}: {change.Id} {Code(change.Object)} ({Severity(change.Now)})");
        foreach (var change in baseline.Changed) Line(
            $"- 🔁 {T(ReportTexts.Changed)}: {change.Id} {Code(change.Object)} ({Severity(change.Before)} → {Severity(change.Now)})");
        foreach (var change in baseline.Gone) Line($"- ✅ {T(ReportTexts.Gone)}: {change.Id} {Code(change.Object)}");
        if (baseline.New.Count + baseline.Changed.Count + baseline.Gone.Count == 0) Line($"- {T(ReportTexts.NothingChanged)}");
    }

    private void Problems()
    {
        Section($"🚨 {T(ReportTexts.ProblemsDetected)}");
        var number = 0;
        foreach (var group in ByCheck(report.Findings))
        {
            foreach (var finding in group.Take(ShownByCheck)) Problem(++number, finding);
            if (group.Count() > ShownByCheck)
            {
                Line($"… {group.Count() - ShownByCheck} {T(ReportTexts.AndMore)} ({group.Key})");
                Line();
            }
        }
    }

    private void Problem(int number, FindingReport finding)
    {
        Line($"### {number}. **{Severity(finding.Severity).ToUpperInvariant()}: {Escape(finding.Title.ToUpperInvariant())}** ({finding.Id})");
        Line();
        Line($"**{T(ReportTexts.Object)}**: {Code(finding.Object)}  ");
        Line($"**{T(ReportTexts.Problem)}**: {Escape(finding.Found)}  ");
        Line($"**{T(ReportTexts.Confidence)}**: {ReportWords.Of(finding.Confidence, report.Language)}");
        Line();
        if (finding.Evidence.Count > 0) Table(T(ReportTexts.Evidence), finding.Evidence);
        Line($"**{T(ReportTexts.Solution)}**: {Escape(finding.Fix.Advice)}");
        Line();
        Sql(finding.Fix.Sql);
        if (finding.Fix.Rollback.Count > 0)
        {
            Line($"**{T(ReportTexts.Rollback)}**:");
            Line();
            Sql(finding.Fix.Rollback);
        }
        Line($"**{T(ReportTexts.FalsePositives)}**: {Escape(finding.FalsePositives)}  ");
        if (finding.Related is { } same) Line(
            $"**{T(ReportTexts.SameCause)}**: {string.Join("; ", same.Select(related => $"{related.Id}: {Escape(related.Found)}"))}  ");
        Line($"**{T(ReportTexts.More)}**: `{finding.Docs}`");
        Line();
    }

    private void Metrics()
    {
        Section($"📈 {T(ReportTexts.Metrics)}");
        Table(T(ReportTexts.Metric), report.Metrics);
    }

    private void Plan()
    {
        Section($"🛠️ {T(ReportTexts.Plan)}");
        var number = 0;
        Phase(ReportTexts.Phase1, AuditSeverity.Critical);
        Phase(ReportTexts.Phase2, AuditSeverity.High);
        Phase(ReportTexts.Phase3, AuditSeverity.Medium, AuditSeverity.Low, AuditSeverity.Info);
        Section($"📋 {T(ReportTexts.Checklist)}");
        foreach (var finding in report.Findings) Line($"- [ ] {finding.Id}: {Escape(finding.Title)} ({Code(finding.Object)})");
        Line($"- [ ] {T(ReportTexts.AuditAgain)}");

        void Phase(Bilingual title, params AuditSeverity[] severities)
        {
            var groups = ByCheck(report.Findings.Where(finding => severities.Contains(finding.Severity))).ToList();
            if (groups.Count == 0) return;
            Line($"### **{T(title)}**");
            foreach (var group in groups) Line($"{++number}. **{Escape(group.First().Title)}** ({group.Key}{Times(group.Count())})");
            Line();
        }
    }

    private void Table(string title, IReadOnlyList<EvidenceReport> rows)
    {
        Line($"| {title} | {T(ReportTexts.Value)} |");
        Line("| --- | --- |");
        foreach (var row in rows) Line($"| {Escape(row.Label)} | {Cell(row)} |");
        Line();
    }

    private static string Cell(EvidenceReport row) =>
        row.Text is { } text ? Code(text.Replace("|", "\\|", StringComparison.Ordinal)) : $"{Number(row.Value ?? 0)} {row.Unit}".TrimEnd();

    private void Sql(IReadOnlyList<string> statements)
    {
        if (statements.Count == 0) return;
        var fence = new string('`', Math.Max(3, 1 + statements.Max(LongestRun)));
        Line($"{fence}sql");
        foreach (var statement in statements) Line($"{statement};");
        Line(fence);
        Line();
    }

    private void Section(string title)
    {
        Line();
        Line("---");
        Line();
        Line($"## {title}");
        Line();
    }

    private string Mark(FindingReport finding) => finding.Severity switch
    {
        AuditSeverity.Critical => "🔴 ",
        AuditSeverity.High => "🟠 ",
        AuditSeverity.Medium => "🟡 ",
        _ => "🔵 ",
    } + Severity(finding.Severity).ToUpperInvariant();

    private string Severity(AuditSeverity? severity) => ReportWords.Of(severity ?? AuditSeverity.Info, report.Language);

    private string T(Bilingual text) => text.In(report.Language);

    private void Line(string line = "") => _text.Append(line).Append('\n');

    private static IEnumerable<IGrouping<string, FindingReport>> ByCheck(IEnumerable<FindingReport> findings) =>
        findings.GroupBy(finding => finding.Id);

    private static string Times(int count) => count == 1 ? "" : $" ×{count}";

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>As code, whatever it holds: the fence is longer than any inside.</summary>
    private static string Code(string text)
    {
        if (text.Length == 0) return "";
        var fence = new string('`', 1 + LongestRun(text));
        return fence.Length == 1 ? $"`{text}`" : $"{fence} {text} {fence}";
    }

    /// <summary>The most backticks in a row.</summary>
    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text) longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        return longest;
    }

    /// <summary>
    /// Names of the database are text here, never markup: characters that mean something to Markdown, HTML or a renderer's extensions (tables,
    /// formulas, addresses that become links) are escaped.
    /// </summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '<' or '>' or '&') escaped.Append(c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;");
            else if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '{' or '}' or '#' or '|' or '~' or '!' or '$' or '@'
                || (c == '(' && i > 0 && text[i - 1] == ']') || IsOfAddress(text, i)) escaped.Append('\\').Append(c);
            else escaped.Append(c is '\n' or '\r' ? ' ' : c);
        }
        return escaped.ToString();
    }

    /// <summary>https:// and www. begin links by themselves.</summary>
    private static bool IsOfAddress(string text, int i) => (text[i] == ':' && i + 1 < text.Length && text[i + 1] == '/')
        || (text[i] == '.' && i >= 3 && text.AsSpan(i - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase));
}
