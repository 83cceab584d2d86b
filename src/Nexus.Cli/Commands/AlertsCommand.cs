using System.CommandLine;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Commands for the alerts of a running server, and for its rules.</summary>
internal sealed class AlertsCommand : Command
{
    public AlertsCommand(CommandConsole console)
        : base("alerts", "Show the alerts of a running server, silence them, try its notifiers, and export the rules for Prometheus.")
    {
        Subcommands.Add(new AlertsListCommand(console));
        Subcommands.Add(new AlertsTestCommand(console));
        Subcommands.Add(new AlertsSilenceCommand(console));
        Subcommands.Add(new AlertsExportCommand(console));
    }
}
