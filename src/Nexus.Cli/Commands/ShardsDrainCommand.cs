using System.CommandLine;
using Microsoft.Extensions.Logging;
using Nexus.Cli.Terminal;
using Nexus.Sharding;

namespace Nexus.Cli.Commands;

/// <summary>Moves all buckets of a shard to the others.</summary>
internal sealed class ShardsDrainCommand : ShardMoveCommand
{
    private readonly Argument<int> _shard = new("shard") { Description = "The number of the shard.", HelpName = "N" };

    public ShardsDrainCommand(CommandConsole console)
        : base(console, "drain", "Move all chats of a shard to the others, those with the fewest buckets first. The home shard keeps what belongs "
            + "to no chat.")
    {
        Arguments.Add(_shard);
        AddOptions();
    }

    public override IReadOnlyList<(string CommandLine, string Does)> Examples =>
        [("nexus shards drain 3", "moves the chats of shard 3 to the other shards")];

    protected override Task<IReadOnlyList<ShardMoveStep>> MoveAsync(
        ParseResult parsed, NexusOptions options, bool isDryRun, ILoggerFactory loggers, IProgress<ShardMoveProgress>? progress,
        CancellationToken cancellationToken) =>
        ShardedDatabase.DrainAsync(options, parsed.GetRequiredValue(_shard), isDryRun, loggers, TimeProvider.System, progress, cancellationToken);
}
