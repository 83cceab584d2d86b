using System.Globalization;
using Nexus.Audit;
using Nexus.Audit.Reports;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>The audit's report for a person: the summary, a table of findings, what to do, what was not seen.</summary>
internal sealed class AuditTable(IAnsiConsole console, AuditReport report, AuditLanguage language)
{
    /// <summary>A check that finds hundreds of tables must not hide the others.</summary>
    private const int ShownByCheck = 8;

    public void Write()
    {
        console.MarkupLine($"[bold {(report.Score >= 90 ? "green" : report.Score >= 60 ? "yellow" : "red")}]{Markup.Escape(report.Summary)}[/]");
        if (report.Findings.Count > 0) Findings();
        if (report.Baseline is { } baseline) Changes(baseline);
        NotSeen();
        var fine = report.Checks.Where(check => check.Status == "ok").Select(check => check.Id).ToList();
        if (fine.Count > 0) console.MarkupLine($"[green]{Markup.Escape(T(ReportTexts.Fine))}[/]: {string.Join(' ', fine)}");
    }

    private void Findings()
    {
        var shown = report.Findings.GroupBy(finding => finding.Id).SelectMany(group => group.Take(ShownByCheck)).ToHashSet();
        var table = new Table().Border(TableBorder.Simple).AddColumns(T(ReportTexts.Severity), T(ReportTexts.Check), T(ReportTexts.Object).ToLowerInvariant(), T(ReportTexts.Found));
        foreach (var finding in report.Findings.Where(shown.Contains))
        {
            table.AddRow(
                new Markup($"[{Colour(finding.Severity)}]{T(ReportWords.Severity(finding.Severity))}[/]"),
                new Text(finding.Id),
                new Text(finding.Object),
                new Text($"{finding.Found} ({T(ReportWords.Confidence(finding.Confidence))})"));
        }
        console.Write(table);
        foreach (var group in report.Findings.GroupBy(finding => finding.Id).Where(group => group.Count() > ShownByCheck)) console.WriteLine($"{group.Key}: {group.Count() - ShownByCheck} {T(ReportTexts.AndMore)}");

        console.MarkupLine($"[bold]{Markup.Escape(T(ReportTexts.Fixes))}[/]");
        // One advice for what one check found; its statements for each object.
        foreach (var group in report.Findings.Where(shown.Contains).GroupBy(finding => (finding.Id, finding.Fix.Advice)))
        {
            console.MarkupLine($"[{Colour(group.First().Severity)}]{group.Key.Id}[/] {Markup.Escape(group.First().Title)} [dim]{group.First().Docs}[/]");
            console.WriteLine($"   {group.Key.Advice}");
            foreach (var related in group.SelectMany(finding => finding.Related ?? [])) console.WriteLine($"   {T(ReportTexts.SameCause)}: {related.Id} {related.Object}");
            foreach (var sql in group.SelectMany(finding => finding.Fix.Sql).Distinct()) console.MarkupLine($"   [cyan]{Markup.Escape(sql)};[/]");
        }
    }

    private void Changes(BaselineReport baseline)
    {
        console.MarkupLine($"[bold]{Markup.Escape($"{T(ReportTexts.Changes).ToLowerInvariant()} {baseline.StartedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC")}[/]: {T(ReportTexts.Score).ToLowerInvariant()} {baseline.Score} → {report.Score}");
        foreach (var change in baseline.New) console.MarkupLine($"   [red]{T(ReportTexts.New)}[/] {change.Id} {Markup.Escape(change.Object)}: {T(ReportWords.Severity(change.Now!))}");
        foreach (var change in baseline.Changed) console.MarkupLine($"   [yellow]{T(ReportTexts.Changed)}[/] {change.Id} {Markup.Escape(change.Object)}: {T(ReportWords.Severity(change.Before!))} → {T(ReportWords.Severity(change.Now!))}");
        foreach (var change in baseline.Gone) console.MarkupLine($"   [green]{T(ReportTexts.Gone)}[/] {change.Id} {Markup.Escape(change.Object)}");
        if (baseline.New.Count + baseline.Changed.Count + baseline.Gone.Count == 0) console.WriteLine($"   {T(ReportTexts.NothingChanged)}");
    }

    private void NotSeen()
    {
        var reasons = report.Checks.SelectMany(check => check.NotSeen.Select(notSeen => (check.Id, check.Status, notSeen)))
            .GroupBy(entry => (entry.notSeen.Reason, entry.notSeen.Grant, IsSkipped: entry.Status == "skipped")).OrderByDescending(group => group.Key.IsSkipped);
        foreach (var group in reasons)
        {
            var ids = string.Join(' ', group.Select(entry => entry.Id).Distinct());
            console.MarkupLine($"[yellow]{Markup.Escape(T(group.Key.IsSkipped ? ReportTexts.Skipped : ReportTexts.Partly))}[/] {ids}: {Markup.Escape(group.Key.Reason)}{(group.Key.Grant is { } grant ? $" → [cyan]{Markup.Escape(grant)}[/]" : "")}");
        }
    }

    private string T(Bilingual text) => text.In(language);

    private static string Colour(string severity) => severity switch
    {
        "critical" => "bold white on red",
        "high" => "red",
        "medium" => "yellow",
        "low" => "blue",
        _ => "dim",
    };
}
