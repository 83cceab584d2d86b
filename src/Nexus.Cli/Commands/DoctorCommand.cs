using System.Collections;
using System.CommandLine;
using Nexus.Audit;
using Nexus.Cli.Configuration;
using Nexus.Cli.Doctor;
using Nexus.Cli.Terminal;
using Nexus.Operations.Doctor;
using Nexus.Operations.Status;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Says what is wrong with an installation.</summary>
internal sealed class DoctorCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<bool> _json = JsonOption.Create();

    public DoctorCommand(CommandConsole console)
        : base(
            "doctor",
            "Find what is wrong with this installation: configuration, data folder, disk, keys, store, clock, connection limits, change notices, "
                + "outbox, backups, server, certificate, versions; each with the fix. Changes nothing. The exit code is 0 if all is well, 1 if there "
                + "are warnings, and 2 if something is broken.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_json);
        SetAction(ExamineAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus doctor", "examines the installation of ./data, or of the configuration file"),
        ("sudo -u nexus nexus doctor --json", "as the user of the service, for a program"),
    ];

    private async Task<int> ExamineAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var configuration = ToolConfiguration.Lenient(parsed);
        var server = configuration.ToServerOptions();
        var examination = new Examination(server.Nexus, configuration.ToBackupOptions(), server.Alerts.File, TimeProvider.System);
        await examination.CheckAsync(
            DoctorChecks.Configuration, token => CheckConfigurationAsync(configuration, server, token), cancellationToken);
        var report = await examination.RunAsync(configuration.FindAdminKeyAsync, cancellationToken);
        if (parsed.GetValue(_json)) _console.WriteJson(report, DoctorJson.Default.DoctorReport);
        else Show(report);
        return report.Worst switch
        {
            DoctorLevel.Problem => ExitCodes.Broken,
            DoctorLevel.Warning => ExitCodes.Failure,
            _ => ExitCodes.Success,
        };
    }

    private static async Task<IReadOnlyList<DoctorFinding>> CheckConfigurationAsync(
        ToolConfiguration configuration, Nexus.Server.Settings.ServerOptions server, CancellationToken cancellationToken)
    {
        var findings = new List<DoctorFinding>();
        foreach (var problem in ConfigurationChecks.FindErrors(configuration))
        {
            findings.Add(new DoctorFinding(
                DoctorChecks.Configuration, DoctorLevel.Problem, problem.ToString(),
                "Correct the setting; nexus config check lists all errors, and docs/configuration.md all settings."));
        }
        var names = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => (string)entry.Key);
        foreach (var (name, suggestion) in EnvironmentSettings.FindMisspelt(names))
        {
            findings.Add(new DoctorFinding(
                DoctorChecks.Configuration, DoctorLevel.Warning, $"the environment variable {name} is not one of Nexus and has no effect{suggestion}",
                "Correct its name, or remove it."));
        }
        if (findings.Count == 0)
        {
            findings.Add(new DoctorFinding(
                DoctorChecks.Configuration, DoctorLevel.Ok,
                    configuration.File is { } file ? $"{file} is valid" : "no configuration file; the environment is valid"));
        }
        if (ListeningChecks.CheckCertificate(server.Tls, TimeProvider.System.GetUtcNow()) is { } certificate) findings.Add(certificate);
        // While the server runs, its own addresses are in use.
        if (await ServerInfoFile.ReadAsync(server.Nexus.DataFolder, cancellationToken) is null)
            findings.AddRange(ListeningChecks.CheckAddresses(server));
        return findings;
    }

    private void Show(DoctorReport report)
    {
        foreach (var finding in report.Findings.OrderByDescending(finding => finding.Level))
        {
            var mark = finding.Level switch
            {
                DoctorLevel.Problem => "[red]PROBLEM[/]",
                DoctorLevel.Warning => "[yellow]warning[/]",
                DoctorLevel.Unknown => "[grey]unknown[/]",
                _ => "[green]ok     [/]",
            };
            _console.OutTerminal.Markup($"{mark} ");
            _console.WriteLine($"{finding.Check}: {finding.Message}");
            if (finding.Fix is { } fix) ShowFix(finding.Check, fix);
        }
        var problems = report.Findings.Count(finding => finding.Level == DoctorLevel.Problem);
        var warnings = report.Findings.Count(finding => finding.Level == DoctorLevel.Warning);
        _console.WriteLine(problems + warnings == 0 ? "Nothing is wrong." : $"{problems} problems, {warnings} warnings.");
    }

    /// <summary>
    /// The definition of a function has several lines, which are shown as they have to be entered. Other advice is one line: the end of a line in the
    /// name of a file or a role must not look like more of it.
    /// </summary>
    private void ShowFix(string check, string fix)
    {
        var lines = check == DoctorChecks.Schema ? fix.Split('\n') : [fix];
        _console.WriteLine($"        fix: {lines[0]}");
        foreach (var line in lines.Skip(1)) _console.WriteLine(line);
    }
}
