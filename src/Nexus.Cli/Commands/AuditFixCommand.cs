using System.CommandLine;
using Nexus.Audit;
using Nexus.Audit.Fixes;
using Nexus.Audit.Reports;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Prints or applies what an audit advises.</summary>
internal sealed class AuditFixCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly AuditSelection _selection = new();
    private readonly Argument<string[]> _ids = new("id") { Description = "Checks, such as I1 V1.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _apply = new("--apply") { Description = "Run what is safe: indexes built or dropped concurrently, storage options, time limits, VACUUM, ANALYZE. Everything else is only printed." };
    private readonly Option<string?> _object = new("--object") { Description = "Only findings whose object contains this.", HelpName = "TEXT" };
    private readonly Option<AuditLanguage> _language = AuditSelection.Language();
    private readonly Option<bool> _json = JsonOption.Create();

    public AuditFixCommand(CommandConsole console)
        : base("fix", "Print the fixes of an audit's findings, or apply the safe ones, look again, and record what was before and after in audit-fixes.ndjson in the data folder. Exit code 1 when a fix failed.")
    {
        _console = console;
        Arguments.Add(_ids);
        _selection.AddTo(this, choosesChecks: false);
        Options.Add(_apply);
        Options.Add(_object);
        Options.Add(_language);
        Options.Add(_json);
        SetAction(FixAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus audit fix I1 V1 --window 10s", "prints the statements"),
        ("nexus audit fix I1 --object public.trades --apply", "builds the indexes of one table, and looks again"),
    ];

    private async Task<int> FixAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var language = parsed.GetValue(_language);
        var options = _selection.Read(parsed, "audit fix") with { Only = AuditSelection.Ids(parsed.GetValue(_ids)) };
        var runner = new FixRunner(options, language, new FixLog(_selection.DataFolder(parsed), TimeProvider.System), TimeProvider.System);
        var report = await AuditBar.RunAsync(_console, language, progress => runner.RunAsync(parsed.GetValue(_apply), parsed.GetValue(_object), progress, cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(report, FixJson.Default.FixReport);
        else Show(report, language);
        return report.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    private void Show(FixReport report, AuditLanguage language)
    {
        if (report.Fixes.Count == 0) _console.WriteLine(FixTexts.NothingFound.In(language));
        foreach (var fix in report.Fixes)
        {
            _console.WriteLine($"-- {fix.Id} {fix.Object}: {FixTexts.Status(fix.Status).In(language)}");
            _console.WriteLine($"-- {fix.Advice}");
            foreach (var sql in fix.Sql) _console.Out.WriteLine($"{sql};");
            foreach (var sql in fix.Rollback) _console.Out.WriteLine($"-- {ReportTexts.Rollback.In(language)}: {sql};");
            if (fix.Error is not null) _console.WriteLine($"-- {FixTexts.Error.In(language)}: {fix.Error}");
            if (fix.Status is FixItem.Done or FixItem.Failed) ShowChange(fix, language);
            _console.Out.WriteLine();
        }
        if (report.Log is not null) _console.WriteLine($"-- {FixTexts.Recorded.In(language)} {report.Log}");
        else if (!report.Applied && report.Fixes.Any(fix => fix.Status == FixItem.Printed)) _console.WriteLine($"-- {FixTexts.NotApplied.In(language)}");
    }

    private void ShowChange(FixItem fix, AuditLanguage language)
    {
        _console.WriteLine($"-- {FixTexts.Before.In(language)}: {fix.Before.Found}");
        _console.WriteLine($"-- {FixTexts.After.In(language)}: {(fix.After is { } after ? after.Found : FixTexts.NotFoundAgain.In(language))}");
    }
}
