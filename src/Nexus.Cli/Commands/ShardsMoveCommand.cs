using System.CommandLine;
using Microsoft.Extensions.Logging;
using Nexus.Cli.Terminal;
using Nexus.Sharding;

namespace Nexus.Cli.Commands;

/// <summary>Moves some buckets of chats to one shard.</summary>
internal sealed class ShardsMoveCommand : ShardMoveCommand
{
    private readonly Option<string[]> _buckets = new("--buckets", "--bucket")
    {
        Description = "The buckets to move, 0 to 4095: numbers and ranges, such as 7 or 100-199.",
        HelpName = "N|N-N",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _to = new("--to") { Description = "The number of the shard that gets them.", HelpName = "N", Required = true };

    public ShardsMoveCommand(CommandConsole console)
        : base(console, "move", "Move buckets of chats to a shard. Buckets that it has already stay.")
    {
        Options.Add(_buckets);
        Options.Add(_to);
        AddOptions();
    }

    public override IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus shards move --bucket 7 --to 2", "moves the chats of bucket 7 to shard 2"),
        ("nexus shards move --buckets 0-511,600 --to 1 --dry-run", "shows what would be moved to shard 1"),
    ];

    protected override Task<IReadOnlyList<ShardMoveStep>> MoveAsync(
        ParseResult parsed, NexusOptions options, bool isDryRun, ILoggerFactory loggers, IProgress<ShardMoveProgress>? progress,
        CancellationToken cancellationToken) =>
        ShardedDatabase.MoveAsync(
            options, string.Join(',', parsed.GetRequiredValue(_buckets)), parsed.GetValue(_to), isDryRun, loggers, TimeProvider.System, progress,
            cancellationToken);
}
