using System.CommandLine;
using System.Text.Json;
using Nexus.Audit;
using Nexus.Cli.Terminal;
using Nexus.Operations.Monitoring;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Shows the statements that take most of the database's time.</summary>
internal sealed class QueriesCommand : Command, IHasExamples
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new(isPostgresOnly: true);
    private readonly Option<AuditLanguage> _language = AuditSelection.Language();
    private readonly Option<bool> _watch = new("--watch") { Description = "Show them again every 5 seconds until the command is stopped." };
    private readonly Option<int> _limit = new("--limit")
    {
        Description = "The number of statements, 1 to 100.",
        DefaultValueFactory = _ => 20,
        HelpName = "N",
    };

    private readonly Option<string?> _plan = new("--plan")
    {
        Description = "Show the generic plan of the statement with this id. Needs a running server; nothing is executed.",
        HelpName = "ID",
    };

    private readonly Option<bool> _json = JsonOption.Create();

    public QueriesCommand(CommandConsole console)
        : base("queries",
            "Show the statements that take most of the database's time, from pg_stat_statements: calls, mean, rows, share, and the trend since the "
                + "last "
            + "hour and day where a server keeps it. Constants are never shown.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_watch);
        Options.Add(_limit);
        Options.Add(_plan);
        Options.Add(_language);
        Options.Add(_json);
        _limit.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && int.TryParse(given.Value, out var limit) && limit is < 1 or > 100)
                result.AddError("--limit must be 1 to 100");
        });
        Validators.Add(result =>
        {
            if (result.GetValue(_watch) && result.GetValue(_json)) result.AddError("--watch and --json cannot be used together");
        });
        SetAction(ShowAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus queries", "shows the statements of the server that uses ./data, or of DATABASE_URL"),
        ("nexus queries --watch --lang es", "shows them every 5 seconds, in Spanish"),
        ("nexus queries --plan 10-5f2c91", "shows a plan"),
    ];

    private async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = _store.Read(parsed);
        var source = new QuerySource(options, await Nexus.Server.NexusServer.FindAdminKeyAsync(options.DataFolder, cancellationToken));
        if (parsed.GetValue(_plan) is { } id)
        {
            var plan = await source.PlanAsync(id, cancellationToken) ?? throw new CommandFailedException("--plan needs a running nexus serve");
            foreach (var line in plan.Lines) _console.WriteLine(line);
            return ExitCodes.Success;
        }
        var texts = new QueryTexts(parsed.GetValue(_language));
        do
        {
            var report = await source.ReadAsync(cancellationToken)
                ?? throw new CommandFailedException("queries needs a PostgreSQL database: pass --database URL or set DATABASE_URL", ExitCodes.Usage);
            if (parsed.GetValue(_json))
            {
                _console.WriteJson(report with { Statements = [.. report.Statements.Take(parsed.GetValue(_limit))] }, QueryJson.Default.QueryReport);
                return report.Unavailable is null ? ExitCodes.Success : ExitCodes.Failure;
            }
            if (parsed.GetValue(_watch) && _console.IsOutputTerminal) _console.OutTerminal.Clear();
            if (report.Unavailable is { } reason)
            {
                _console.WriteError(report.Remedy is { } remedy ? $"{reason}: {remedy}" : reason);
                if (!parsed.GetValue(_watch)) return ExitCodes.Failure;
            }
            new QueryTable(_console.OutTerminal, texts).Write(report, parsed.GetValue(_limit));
        }
        while (parsed.GetValue(_watch) && await WaitAsync(cancellationToken));
        return ExitCodes.Success;
    }

    private static async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Again, TimeProvider.System, cancellationToken);
        return true;
    }
}
