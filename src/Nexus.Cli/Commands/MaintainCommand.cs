using System.CommandLine;
using Nexus.Audit;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Maintenance;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Runs maintenance jobs now.</summary>
internal sealed class MaintainCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<string?> _once = new("--once")
    {
        Description = $"Run only this job: {string.Join(", ", MaintenanceRuns.Jobs.Select(job => job.Name))}.",
        HelpName = "JOB",
    };

    private readonly SubscriptionSettings _subscriptions = new();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Change nothing. Shows the statements that would be run." };
    private readonly Option<bool> _json = JsonOption.Create();

    public MaintainCommand(CommandConsole console)
        : base(
            "maintain",
            "Run the maintenance jobs now: partitions, vacuum, analyze, indexes, expired state, subscriptions, local files. nexus serve runs them "
                + "by itself. On PostgreSQL the bot keeps running. The exit code is 1 if a job failed.")
    {
        _console = console;
        _once.AcceptOnlyFromAmong([.. MaintenanceRuns.Jobs.Select(job => job.Name)]);
        Options.Add(_once);
        _subscriptions.AddTo(this);
        Options.Add(_dryRun);
        _store.AddTo(this);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus maintain --dry-run", "shows what each job would do"),
        ("nexus maintain --once subscriptions --dry-run", "shows how many sessions would be locked down or restored"),
        ("nexus maintain --once vacuum", "vacuums the tables that need it"),
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var configuration = ToolConfiguration.Of(parsed);
        var report = await MaintenanceRuns.RunAsync(
            _store.Read(parsed), parsed.GetValue(_once), parsed.GetValue(_dryRun), loggers, TimeProvider.System, cancellationToken,
            configuration.RetainTrades(), configuration.ToSubscriptionOptions());
        if (parsed.GetValue(_json)) _console.WriteJson(report, MaintenanceJson.Default.MaintenanceReport);
        else Show(report);
        return report.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    private void Show(MaintenanceReport report)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("job", "result", "seconds", "");
        foreach (var run in report.Runs)
        {
            table.AddRow(
                new Text(run.Job), new Text(run.Outcome.ToString().ToLowerInvariant()), new Text($"{run.Seconds:0.0}"),
                new Text(Printable.Line(run.Gained ?? "")));
            if (!report.DryRun) continue;
            foreach (var step in run.Steps) table.AddRow(new Text(""), new Text(""), new Text(""), new Text(Printable.Line(step)));
        }
        _console.OutTerminal.Write(table);
        if (report.DryRun) _console.WriteLine("Nothing was changed (--dry-run).");
    }
}
