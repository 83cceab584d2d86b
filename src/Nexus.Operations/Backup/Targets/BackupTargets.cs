namespace Nexus.Operations.Backup;

/// <summary>Opens the target that the options name.</summary>
internal static class BackupTargets
{
    /// <summary>The folder of backups in a data folder, where no target is named.</summary>
    public const string DefaultFolder = "backups";

    public static IBackupTarget Open(BackupOptions options, string dataFolder)
    {
        options.Target ??= Path.Combine(dataFolder, DefaultFolder);
        options.Validate();
        return new FolderTarget(options.Target);
    }
}
