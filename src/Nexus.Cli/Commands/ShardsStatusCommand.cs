using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Shards;

namespace Nexus.Cli.Commands;

/// <summary>Shows the shards of a database.</summary>
internal sealed class ShardsStatusCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new(isPostgresOnly: true);
    private readonly ShardServersOption _servers = new();
    private readonly Option<bool> _json = JsonOption.Create();

    public ShardsStatusCommand(CommandConsole console)
        : base("status", "Show each shard: where it is, its part of the chats, its records and its size. The exit code is 1 if one is not reachable.")
    {
        _console = console;
        _store.AddTo(this);
        _servers.AddTo(this);
        Options.Add(_json);
        SetAction(ShowAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
        [("nexus shards status --json", "shows the shards of the database of DATABASE_URL as JSON")];

    private async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = _servers.Read(parsed, _store.Read(parsed));
        var list = ShardList.Of(await ShardedDatabase.GetStatusAsync(options, cancellationToken));
        if (list.Shards is [{ IsReachable: true }, ..])
            list = list with { Move = await ShardedDatabase.FindMoveAsync(options, cancellationToken) };
        if (parsed.GetValue(_json)) _console.WriteJson(list, ShardListJson.Default.ShardList);
        else if (list.Shards.Count == 0) _console.WriteLine("The database has no shards.");
        else ShardTable.Show(_console, list);
        if (list.Move is { } move && !parsed.GetValue(_json))
        {
            _console.WriteLine(
                $"Buckets {move.Buckets} are being moved from shard {move.Source} to shard {move.Target}. "
                    + "If the command was interrupted, repeat it.");
        }
        return list.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }
}
