using System.CommandLine;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Commands for subscribers.</summary>
internal sealed class UsersCommand : Command
{
    public UsersCommand(CommandConsole console)
        : base("users", "Manage subscribers.") => Subcommands.Add(new UsersForgetCommand(console));
}
