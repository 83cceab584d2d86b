using System.CommandLine;
using Nexus.Operations.Backup;

namespace Nexus.Cli.Terminal;

/// <summary>The options that name the target of backups, shared by all commands that use one.</summary>
internal sealed class BackupTargetOptions
{
    private readonly Option<string?> _target = new("--target")
    {
        Description = "The folder of the backups, or s3://bucket/prefix. Default: NEXUS_BACKUP_TARGET, or \"backups\" in the data folder.",
        HelpName = "TARGET",
    };

    public void AddTo(Command command) => command.Options.Add(_target);

    /// <summary>Reads the settings. The command line takes precedence over the environment.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="nexus">The store: an address on the command line is also that of its backups.</param>
    /// <param name="isAddressGiven">Whether the command line names the address.</param>
    public BackupOptions Read(ParseResult parsed, NexusOptions nexus, bool isAddressGiven)
    {
        var options = BackupOptions.FromEnvironment();
        if (parsed.GetValue(_target) is { Length: > 0 } target) options.Target = target;
        if (isAddressGiven || !nexus.UsesPostgres) options.Database = null;
        return options;
    }
}
