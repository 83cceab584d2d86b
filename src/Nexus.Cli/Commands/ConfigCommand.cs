using System.CommandLine;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Commands for the configuration.</summary>
internal sealed class ConfigCommand : Command
{
    public ConfigCommand(CommandConsole console)
        : base("config", "Show and check the configuration: the defaults, the configuration file, environment variables and options, in this order.")
    {
        Subcommands.Add(new ConfigShowCommand(console));
        Subcommands.Add(new ConfigCheckCommand(console));
        Subcommands.Add(new ConfigReferenceCommand(console));
    }
}
