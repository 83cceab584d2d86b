using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Shards;

namespace Nexus.Cli.Commands;

/// <summary>Adds a shard to a database that has some.</summary>
internal sealed class ShardsAddCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new(isPostgresOnly: true);
    private readonly ShardServersOption _servers = new();
    private readonly Option<int?> _server = new("--server")
    {
        Description = "The server of the shard: 0 for that of the database, 1 for the first of NEXUS_SHARD_URLS. Default: a server without a shard, "
            + "or else the one with the fewest.",
        HelpName = "N",
    };
    private readonly Option<bool> _json = JsonOption.Create();

    public ShardsAddCommand(CommandConsole console)
        : base(
            "add",
            "Add a shard without chats to a database with shards, while it is in use: a schema on an existing server, or on a new server, whose "
                + "address you add at the end of NEXUS_SHARD_URLS. Running instances that know the server open the shard within 5 s. Then nexus "
                + "shards rebalance moves its part of the chats there.")
    {
        _console = console;
        _store.AddTo(this);
        _servers.AddTo(this);
        Options.Add(_server);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus shards add", "adds a schema on the server with the fewest shards"),
        ("NEXUS_SHARD_URLS='postgres://bot@db2/nexus postgres://bot@db3/nexus' nexus shards add", "adds a shard on the new server db3"),
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var options = _servers.Read(parsed, _store.Read(parsed));
        var list = ShardList.Of(await ShardedDatabase.AddAsync(
            options, parsed.GetValue(_server), loggers, TimeProvider.System, cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(list, ShardListJson.Default.ShardList);
        else
        {
            ShardTable.Show(_console, list);
            _console.WriteLine($"Shard {list.Shards[^1].Number} has no chats yet: nexus shards rebalance moves its part there.");
        }
        return list.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }
}
