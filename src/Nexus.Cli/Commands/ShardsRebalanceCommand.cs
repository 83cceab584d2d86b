using System.CommandLine;
using Microsoft.Extensions.Logging;
using Nexus.Cli.Terminal;
using Nexus.Sharding;

namespace Nexus.Cli.Commands;

/// <summary>Gives every shard about as many buckets as every other.</summary>
internal sealed class ShardsRebalanceCommand : ShardMoveCommand
{
    private readonly Option<int[]> _except = new("--except")
    {
        Description = "Shards that get no buckets and give up those that they have, such as drained ones.",
        HelpName = "N",
        AllowMultipleArgumentsPerToken = true,
    };

    public ShardsRebalanceCommand(CommandConsole console)
        : base(console, "rebalance", "Move as few buckets as possible so that all shards have about the same number.")
    {
        Options.Add(_except);
        AddOptions();
    }

    public override IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus shards rebalance --dry-run", "shows which buckets would be moved"),
        ("nexus shards rebalance --except 0", "spreads the chats over all shards but the home shard"),
    ];

    protected override Task<IReadOnlyList<ShardMoveStep>> MoveAsync(
        ParseResult parsed, NexusOptions options, bool isDryRun, ILoggerFactory loggers, IProgress<ShardMoveProgress>? progress,
        CancellationToken cancellationToken) =>
        ShardedDatabase.RebalanceAsync(
            options, parsed.GetValue(_except) ?? [], isDryRun, loggers, TimeProvider.System, progress, cancellationToken);
}
