using System.CommandLine;
using System.Text.Json;
using Nexus.Audit;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Errors;
using Nexus.Operations.Monitoring;
using Nexus.Operations.Status;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Shows the statements that take most of the database's time.</summary>
internal sealed class QueriesCommand : Command, IHasExamples
{
    private const int DefaultInterval = 5;
    private const int MaxInterval = 3600;

    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new(isPostgresOnly: true);
    private readonly Option<AuditLanguage> _language = AuditSelection.Language();
    private readonly Option<bool> _watch = new("--watch")
    {
        Description = "Show them again at an interval until the command is stopped, also when the server was unavailable in between.",
    };

    private readonly Option<int> _interval = new("--interval")
    {
        Description = $"The seconds between two readings of --watch, 1 to {MaxInterval}.",
        DefaultValueFactory = _ => DefaultInterval,
        HelpName = "SECONDS",
    };

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
                + "last hour and day where a server keeps it. Constants are never shown. With shards: those of the "
                + "home shard's server.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_watch);
        Options.Add(_interval);
        Options.Add(_limit);
        Options.Add(_plan);
        Options.Add(_language);
        Options.Add(_json);
        _limit.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && int.TryParse(given.Value, out var limit) && limit is < 1 or > 100)
                result.AddError("--limit must be 1 to 100");
        });
        _interval.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && int.TryParse(given.Value, out var seconds) && seconds is < 1 or > MaxInterval)
                result.AddError($"--interval must be 1 to {MaxInterval}");
        });
        this.AddCheck(result =>
        {
            if (result.GetValue(_watch) && result.GetValue(_json)) result.AddError("--watch and --json cannot be used together");
        });
        SetAction(ShowAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus queries", "shows the statements of the server that uses ./data, or of DATABASE_URL"),
        ("nexus queries --watch --interval 10 --lang es", "shows them every 10 seconds, in Spanish"),
        ("nexus queries --plan 10-5f2c91", "shows a plan"),
    ];

    private async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = _store.Read(parsed);
        var source = new QuerySource(options, await ToolConfiguration.Of(parsed).FindAdminKeyAsync(cancellationToken));
        if (parsed.GetValue(_plan) is { } id)
        {
            var plan = await source.PlanAsync(id, cancellationToken) ?? throw new CommandFailedException("--plan needs a running nexus serve");
            foreach (var line in plan.Lines) _console.WriteLine(line);
            return ExitCodes.Success;
        }
        var view = new View(new QueryTexts(parsed.GetValue(_language)), parsed.GetValue(_limit), parsed.GetValue(_json), parsed.GetValue(_watch));
        var exitCode = await ShowAsync(source, view, cancellationToken);
        return view.IsWatching ? await WatchAsync(source, view, TimeSpan.FromSeconds(parsed.GetValue(_interval)), cancellationToken) : exitCode;
    }

    private async Task<int> ShowAsync(QuerySource source, View view, CancellationToken cancellationToken)
    {
        var report = await source.ReadAsync(cancellationToken)
            ?? throw new CommandFailedException("queries needs a PostgreSQL database: pass --database URL or set DATABASE_URL", ExitCodes.Usage);
        if (view.IsJson)
        {
            _console.WriteJson(report with { Statements = [.. report.Statements.Take(view.Limit)] }, QueryJson.Default.QueryReport);
            return report.Unavailable is null ? ExitCodes.Success : ExitCodes.Failure;
        }
        if (view.IsWatching && _console.IsOutputTerminal) _console.OutTerminal.Clear();
        if (report.Unavailable is { } reason)
        {
            _console.WriteError(report.Remedy is { } remedy ? $"{reason}: {remedy}" : reason);
            if (!view.IsWatching) return ExitCodes.Failure;
        }
        new QueryTable(_console.OutTerminal, view.Texts).Write(report, view.Limit);
        return ExitCodes.Success;
    }

    /// <summary>The first reading has shown that the command can work, so a later failure is of the moment.</summary>
    private async Task<int> WatchAsync(QuerySource source, View view, TimeSpan interval, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(interval, TimeProvider.System, cancellationToken);
                try
                {
                    await ShowAsync(source, view, cancellationToken);
                }
                catch (Exception error) when (error is NexusException or CommandFailedException)
                {
                    _console.WriteError(OperatorTerms.Translate(error.Message));
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
    }

    private sealed record View(QueryTexts Texts, int Limit, bool IsJson, bool IsWatching);
}
