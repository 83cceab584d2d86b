using System.CommandLine;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Commands for a database with several shards.</summary>
internal sealed class ShardsCommand : Command
{
    public ShardsCommand(CommandConsole console)
        : base("shards", "Spread the chats of a PostgreSQL database over several schemas or servers.")
    {
        Subcommands.Add(new ShardsInitCommand(console));
        Subcommands.Add(new ShardsAddCommand(console));
        Subcommands.Add(new ShardsStatusCommand(console));
        Subcommands.Add(new ShardsMoveCommand(console));
        Subcommands.Add(new ShardsRebalanceCommand(console));
        Subcommands.Add(new ShardsDrainCommand(console));
    }
}
