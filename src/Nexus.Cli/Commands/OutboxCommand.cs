using System.CommandLine;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>What was written while PostgreSQL was away.</summary>
internal sealed class OutboxCommand : Command
{
    public OutboxCommand(CommandConsole console)
        : base("outbox", "The writes that were taken while PostgreSQL was away: what waits, and what needs a decision.")
    {
        Subcommands.Add(new OutboxListCommand(console));
        Subcommands.Add(new OutboxResolveCommand(console));
        Subcommands.Add(new OutboxReleaseCommand(console, "retry", "Put a quarantined write back into the queue, for example after a constraint was mended.", (desk, id, token) => desk.RetryAsync(id, token)));
        Subcommands.Add(new OutboxReleaseCommand(console, "discard", "Drop a quarantined write for good.", (desk, id, token) => desk.DiscardAsync(id, token)));
    }
}
