using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Shards;

namespace Nexus.Cli.Commands;

/// <summary>Makes the shards of a new database.</summary>
internal sealed class ShardsInitCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new(isPostgresOnly: true);
    private readonly ShardServersOption _servers = new();
    private readonly Option<int> _shards = new("--shards")
    {
        Description = "How many shards to make, 2 to 256. The database itself is one of them, the home shard.",
        HelpName = "N",
        Required = true,
    };
    private readonly Option<bool> _json = JsonOption.Create();

    public ShardsInitCommand(CommandConsole console)
        : base(
            "init",
            "Make the shards of a database that holds no chats yet: a schema for each, brought up to date, with an even part of the chats. Safe to "
                + "repeat: an interrupted call is finished. Instances that have the database open must be started again.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_shards);
        _servers.AddTo(this);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus shards init --shards 4", "makes four shards as schemas of the database of DATABASE_URL"),
        ("NEXUS_SHARD_URLS='postgres://bot@db2/nexus postgres://bot@db3/nexus' nexus shards init --shards 6",
            "makes six shards on three servers, two on each"),
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var options = _servers.Read(parsed, _store.Read(parsed));
        var shards = parsed.GetValue(_shards);
        var list = ShardList.Of(await ProgressDisplay.RunAsync(_console, "Making shards", progress => ShardedDatabase.InitializeAsync(
            options, shards, loggers, TimeProvider.System, progress is null ? null : new Counter(progress, shards), cancellationToken)));
        if (parsed.GetValue(_json)) _console.WriteJson(list, ShardListJson.Default.ShardList);
        else ShardTable.Show(_console, list);
        return list.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>Each shard that is ready is one step.</summary>
    private sealed class Counter(IProgress<(long Done, long Total)> progress, int total) : IProgress<int>
    {
        private int _done;

        public void Report(int value) => progress.Report((Interlocked.Increment(ref _done), total));
    }
}
