using System.CommandLine;
using Nexus.Audit;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Measures how an application uses its database.</summary>
internal sealed class AuditCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly AuditSelection _selection = new();
    private readonly Option<AuditLanguage> _language = AuditSelection.Language();
    private readonly Option<AuditSeverity?> _failOn = new("--fail-on")
    {
        Description = "Exit with 1 if a finding has at least this severity: critical, high, medium, low or info.",
        HelpName = "LEVEL",
    };

    private readonly Option<string?> _markdown =
        new("--markdown") { Description = "Also write the report as a Markdown document.", HelpName = "FILE" };
    private readonly Option<string?> _sarif =
        new("--sarif") { Description = "Also write the report as SARIF 2.1.0, for CI systems.", HelpName = "FILE" };
    private readonly Option<string?> _baseline =
        new("--baseline") { Description = "Compare with an earlier report (--json): show what is new, gone or changed.", HelpName = "FILE" };
    private readonly Option<bool> _json = JsonOption.Create();

    public AuditCommand(CommandConsole console)
        : base("audit",
            "Measure how an application uses its PostgreSQL database, and report findings with evidence, fixes and rollback. Works for any "
                + "application. "
            + "Reads only, over one connection, with any role. Skips what the role may not see and reports the GRANT that allows it.")
    {
        _console = console;
        _selection.AddTo(this);
        _failOn.AcceptOnlyFromAmong("critical", "high", "medium", "low", "info");
        Options.Add(_language);
        Options.Add(_failOn);
        Options.Add(_markdown);
        Options.Add(_sarif);
        Options.Add(_baseline);
        Options.Add(_json);
        Subcommands.Add(new AuditFixCommand(console));
        Subcommands.Add(new AuditExplainCommand(console));
        SetAction(AuditAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus audit --database postgres://monitor@db/shop", "observes the traffic for a minute and prints what to fix"),
        ("nexus audit --window 5m --lang es --markdown auditoria.md", "audits the database of DATABASE_URL, with a report in Spanish"),
        ("nexus audit explain K2", "prints the page about a check"),
        ("nexus audit --json > before.json", "saves a report to compare with"),
        ("nexus audit --baseline before.json", "shows what is new, gone or changed"),
        ("nexus audit --fail-on high --sarif audit.sarif --scope database", "in CI, without the checks of the server"),
    ];

    private async Task<int> AuditAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var language = parsed.GetValue(_language);
        var options = _selection.Read(parsed, "audit") with { Language = language };
        RefuseMissingFolder(parsed.GetValue(_markdown));
        RefuseMissingFolder(parsed.GetValue(_sarif));
        // Fails before the observation window, not after it.
        var baseline = parsed.GetValue(_baseline) is { } earlier ? AuditReport.Parse(await ReadAsync(earlier, cancellationToken)) : null;
        var report = await AuditBar.RunAsync(_console, language, progress => Auditor.RunAsync(options, progress, cancellationToken));
        if (baseline is not null) report = report.CompareWith(baseline);
        if (parsed.GetValue(_markdown) is { } markdown) await File.WriteAllTextAsync(markdown, report.ToMarkdown(), cancellationToken);
        if (parsed.GetValue(_sarif) is { } sarif) await File.WriteAllTextAsync(sarif, report.ToSarif(), cancellationToken);
        if (parsed.GetValue(_json)) _console.WriteJson(report.ToJson());
        else new AuditTable(_console.OutTerminal, report).Write();
        return parsed.GetValue(_failOn) is { } level && report.Worst >= level ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) throw new CommandFailedException($"{file} does not exist", ExitCodes.Usage);
        return await File.ReadAllTextAsync(file, cancellationToken);
    }

    private static void RefuseMissingFolder(string? file)
    {
        if (file is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file)))) throw new CommandFailedException(
            $"the folder of {file} does not exist", ExitCodes.Usage);
    }
}
