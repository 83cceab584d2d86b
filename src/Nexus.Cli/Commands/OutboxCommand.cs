using System.CommandLine;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Commands for writes that were accepted during an outage of PostgreSQL.</summary>
internal sealed class OutboxCommand : Command
{
    public OutboxCommand(CommandConsole console)
        : base("outbox", "Manage the writes that were accepted during an outage of PostgreSQL: pending writes, conflicts and quarantined writes.")
    {
        Subcommands.Add(new OutboxListCommand(console));
        Subcommands.Add(new OutboxResolveCommand(console));
        Subcommands.Add(
            new OutboxReleaseCommand(
                console,
                "retry",
                "Put a quarantined write back into the queue, for example after a constraint was fixed.",
                (desk, id, token) => desk.RetryAsync(id, token)));
        Subcommands.Add(
            new OutboxReleaseCommand(
                console, "discard", "Delete a quarantined write. This cannot be undone.", (desk, id, token) => desk.DiscardAsync(id, token)));
    }
}
