using System.CommandLine;
using Microsoft.Extensions.Logging;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Shards;
using Nexus.Sharding;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>What the commands that move buckets have in common.</summary>
internal abstract class ShardMoveCommand : Command, IHasExamples
{
    private const string Common = " The database stays in use: writes to the chats that are moved wait for less than a second, and no call "
        + "fails. Every row is compared before the move. Ctrl+C undoes what is being copied; after any interruption, repeat the command.";

    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new(isPostgresOnly: true);
    private readonly ShardServersOption _servers = new();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Change nothing. Shows which buckets would be moved." };
    private readonly Option<bool> _json = JsonOption.Create();

    protected ShardMoveCommand(CommandConsole console, string name, string description)
        : base(name, description + Common) => _console = console;

    public abstract IReadOnlyList<(string CommandLine, string Does)> Examples { get; }

    /// <summary>Adds the options, after those of the command itself.</summary>
    protected void AddOptions()
    {
        _store.AddTo(this);
        _servers.AddTo(this);
        Options.Add(_dryRun);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    /// <summary>Moves.</summary>
    protected abstract Task<IReadOnlyList<ShardMoveStep>> MoveAsync(
        ParseResult parsed, NexusOptions options, bool isDryRun, ILoggerFactory loggers, IProgress<ShardMoveProgress>? progress,
        CancellationToken cancellationToken);

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var (options, isDryRun) = (_servers.Read(parsed, _store.Read(parsed)), parsed.GetValue(_dryRun));
        var report = new ShardMoveReport(isDryRun, await ProgressDisplay.RunAsync(_console, "Moving buckets", progress =>
            MoveAsync(parsed, options, isDryRun, loggers, progress is null ? null : new Counter(progress), cancellationToken)));
        if (parsed.GetValue(_json)) _console.WriteJson(report, ShardMoveReportJson.Default.ShardMoveReport);
        else Show(report);
        return ExitCodes.Success;
    }

    private void Show(ShardMoveReport report)
    {
        if (report.Moves.Count == 0)
        {
            _console.WriteLine("There is nothing to move.");
            return;
        }
        var table = new Table().Border(TableBorder.None).AddColumns("from", "to", "count", "rows", "writes waited", "buckets");
        foreach (var column in table.Columns.Take(5)) column.RightAligned();
        foreach (var move in report.Moves)
        {
            string[] cells = [$"{move.Source}", $"{move.Target}", $"{move.Count:N0}", report.DryRun ? "" : $"{move.Rows:N0}",
                report.DryRun ? "" : $"{move.HeldMilliseconds:N0} ms", move.Buckets];
            table.AddRow(cells.Select(cell => new Text(cell)));
        }
        _console.OutTerminal.Write(table);
        if (report.DryRun) _console.WriteLine("Nothing was changed (--dry-run).");
    }

    private sealed class Counter(IProgress<(long Done, long Total)> progress) : IProgress<ShardMoveProgress>
    {
        public void Report(ShardMoveProgress value) => progress.Report((value.Moved, value.Total));
    }
}
