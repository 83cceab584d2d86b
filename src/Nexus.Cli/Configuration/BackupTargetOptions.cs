using System.CommandLine;
using Nexus.Cli.Terminal;
using Nexus.Operations.Backup;

namespace Nexus.Cli.Configuration;

/// <summary>The options that name the target of backups, shared by all commands that use one.</summary>
internal sealed class BackupTargetOptions
{
    private readonly SettingOption _target = new(BackupSettings.Target);

    public void AddTo(Command command) => command.Options.Add(_target);

    /// <summary>Reads the settings.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="nexus">The store: an address on the command line is also that of its backups.</param>
    /// <param name="isAddressGiven">Whether the command line names the address.</param>
    public BackupOptions Read(ParseResult parsed, NexusOptions nexus, bool isAddressGiven)
    {
        var options = ToolConfiguration.Of(parsed).ToBackupOptions();
        if (isAddressGiven || !nexus.UsesPostgres) options.Database = null;
        return options;
    }
}
