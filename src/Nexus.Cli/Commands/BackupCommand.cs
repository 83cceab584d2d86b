using System.CommandLine;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Commands for backups.</summary>
internal sealed class BackupCommand : Command
{
    public BackupCommand(CommandConsole console)
        : base("backup", "Make backups and prove them by restoring them. NEXUS_BACKUP_KEY encrypts them; NEXUS_BACKUP_TARGET names where they are "
            + "kept.")
    {
        Subcommands.Add(new BackupCreateCommand(console));
        Subcommands.Add(new BackupListCommand(console));
        Subcommands.Add(new BackupVerifyCommand(console));
        Subcommands.Add(new BackupRestoreCommand(console));
        Subcommands.Add(new BackupPruneCommand(console));
        Subcommands.Add(new BackupStatusCommand(console));
    }
}
