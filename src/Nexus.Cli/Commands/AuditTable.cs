using System.Globalization;
using Nexus.Audit;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>The audit's report for a person: the summary, a table of findings, the advice, and what could not be examined.</summary>
internal sealed class AuditTable(IAnsiConsole console, AuditReport report)
{
    private readonly AuditTexts _texts = new(report.Language);

    /// <summary>A check that finds hundreds of tables must not hide the others.</summary>
    private const int ShownByCheck = 8;

    public void Write()
    {
        console.MarkupLine($"[bold {(report.Score >= 90 ? "green" : report.Score >= 60 ? "yellow" : "red")}]{Markup.Escape(report.Summary)}[/]");
        if (report.Findings.Count > 0) Findings();
        if (report.Baseline is { } baseline) Changes(baseline);
        NotSeen();
        var fine = report.Checks.Where(check => check.Status == CheckStatus.Ok).Select(check => check.Id).ToList();
        if (fine.Count > 0) console.MarkupLine($"[green]{Markup.Escape(_texts.Passed)}[/]: {string.Join(' ', fine)}");
    }

    private void Findings()
    {
        var shown = report.Findings.GroupBy(finding => finding.Id).SelectMany(group => group.Take(ShownByCheck)).ToHashSet();
        var table = new Table().Border(TableBorder.Simple).AddColumns(_texts.Severity, _texts.Check, _texts.Object, _texts.Found);
        foreach (var finding in report.Findings.Where(shown.Contains))
        {
            table.AddRow(
                new Markup($"[{Colour(finding.Severity)}]{Word(finding.Severity)}[/]"),
                new Text(finding.Id),
                new Text(finding.Object),
                new Text($"{finding.Found} ({ReportWords.Of(finding.Confidence, report.Language)})"));
        }
        console.Write(table);
        foreach (var group in report.Findings.GroupBy(finding => finding.Id)
            .Where(group => group.Count() > ShownByCheck)) console.WriteLine($"{group.Key}: {group.Count() - ShownByCheck} {_texts.AndMore}");

        console.MarkupLine($"[bold]{Markup.Escape(_texts.WhatToDo)}[/]");
        // The advice is shown once for each check, the statements for each object.
        foreach (var group in report.Findings.Where(shown.Contains).GroupBy(finding => (finding.Id, finding.Fix.Advice)))
        {
            console.MarkupLine(
                $"[{Colour(group.First().Severity)}]{group.Key.Id}[/] {Markup.Escape(group.First().Title)} [dim]{group.First().Docs}[/]");
            console.WriteLine($"   {group.Key.Advice}");
            foreach (var related in group.SelectMany(finding =>
                finding.Related ?? [])) console.WriteLine($"   {_texts.SameCause}: {related.Id} {related.Object}");
            foreach (var sql in group.SelectMany(finding => finding.Fix.Sql).Distinct()) console.MarkupLine($"   [cyan]{Markup.Escape(sql)};[/]");
        }
    }

    private void Changes(BaselineReport baseline)
    {
        var since = baseline.StartedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        console.MarkupLine($"[bold]{Markup.Escape($"{_texts.ChangesSince} {since} UTC")}[/]: {_texts.Score} {baseline.Score} → {report.Score}");
        foreach (var change in baseline.New) console.MarkupLine(
            $"   [red]{_texts.New}[/] {change.Id} {Markup.Escape(change.Object)}: {Word(change.Now)}");
        foreach (var change in baseline.Changed) console.MarkupLine(
            $"   [yellow]{_texts.Changed}[/] {change.Id} {Markup.Escape(change.Object)}: {Word(change.Before)} → {Word(change.Now)}");
        foreach (var change in baseline.Gone) console.MarkupLine($"   [green]{_texts.Gone}[/] {change.Id} {Markup.Escape(change.Object)}");
        if (baseline.New.Count + baseline.Changed.Count + baseline.Gone.Count == 0) console.WriteLine($"   {_texts.NothingChanged}");
    }

    private void NotSeen()
    {
        var reasons = report.Checks.SelectMany(check => check.NotSeen.Select(notSeen => (check.Id, check.Status, notSeen)))
            .GroupBy(entry => (entry.notSeen.Reason, entry.notSeen.Grant, IsSkipped: entry.Status == CheckStatus.Skipped))
            .OrderByDescending(group => group.Key.IsSkipped);
        foreach (var group in reasons)
        {
            var ids = string.Join(' ', group.Select(entry => entry.Id).Distinct());
            console.MarkupLine(
                $"[yellow]{Markup.Escape(group.Key.IsSkipped ? _texts.Skipped : _texts.NotExamined)}[/] {ids}: "
                + $"{Markup.Escape(group.Key.Reason)}{(group.Key.Grant is { } grant ? $" → [cyan]{Markup.Escape(grant)}[/]" : "")}");
        }
    }

    private string Word(AuditSeverity? severity) => ReportWords.Of(severity ?? AuditSeverity.Info, report.Language);

    private static string Colour(AuditSeverity severity) => severity switch
    {
        AuditSeverity.Critical => "bold white on red",
        AuditSeverity.High => "red",
        AuditSeverity.Medium => "yellow",
        AuditSeverity.Low => "blue",
        _ => "dim",
    };
}
