using System.CommandLine;
using Nexus.Audit;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Prints or applies the fixes of an audit.</summary>
internal sealed class AuditFixCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly AuditSelection _selection = new();
    private readonly Argument<string[]> _ids = new("id") { Description = "Ids of checks, such as I1 V1.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _apply = new("--apply")
    {
        Description =
            "Apply the safe fixes: indexes built or dropped concurrently, storage options, timeouts, VACUUM, ANALYZE. All others are only printed.",
    };

    private readonly Option<string?> _object =
        new("--object") { Description = "Fix only findings whose object contains this text.", HelpName = "TEXT" };
    private readonly Option<AuditLanguage> _language = AuditSelection.Language();
    private readonly Option<bool> _json = JsonOption.Create();

    public AuditFixCommand(CommandConsole console)
        : base(
            "fix",
            "Print the fixes of an audit's findings. With --apply, apply the safe ones, audit again, and record each finding before and after in "
            + "audit-fixes.ndjson in the data folder. The exit code is 1 if a fix failed.")
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
        ("nexus audit fix I1 --object public.trades --apply", "builds the indexes of one table and audits again"),
    ];

    private async Task<int> FixAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var language = parsed.GetValue(_language);
        var options = _selection.Read(parsed, "audit fix") with { Only = AuditSelection.Ids(parsed.GetValue(_ids)), Language = language };
        var fixes = new FixOptions { Apply = parsed.GetValue(_apply), Object = parsed.GetValue(_object), LogFolder = _selection.DataFolder(parsed) };
        var report = await AuditBar.RunAsync(_console, language, progress => Auditor.FixAsync(options, fixes, progress, cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(report.ToJson());
        else Show(report, new AuditTexts(language));
        return report.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    private void Show(FixReport report, AuditTexts texts)
    {
        if (report.Fixes.Count == 0) _console.WriteLine(texts.NothingFound);
        foreach (var fix in report.Fixes)
        {
            _console.WriteLine($"-- {fix.Id} {fix.Object}: {texts.Status(fix.Status)}");
            _console.WriteLine($"-- {fix.Advice}");
            foreach (var sql in fix.Sql) _console.Out.WriteLine($"{sql};");
            foreach (var sql in fix.Rollback) _console.WriteLine($"-- {texts.ToUndo}: {sql};");
            if (fix.Error is not null) _console.WriteLine($"-- {texts.Failed}: {fix.Error}");
            if (fix.Status is FixStatus.Applied or FixStatus.Failed)
            {
                _console.WriteLine($"-- {texts.Before}: {fix.Before.Found}");
                _console.WriteLine($"-- {texts.After}: {fix.After?.Found ?? texts.NoLongerFound}");
            }
            _console.Out.WriteLine();
        }
        if (report.Log is not null) _console.WriteLine($"-- {texts.Recorded} {report.Log}");
        else if (!report.Applied && report.Fixes.Any(fix => fix.Status == FixStatus.Printed)) _console.WriteLine($"-- {texts.NothingWasChanged}");
    }
}
