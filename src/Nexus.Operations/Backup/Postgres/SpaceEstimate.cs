namespace Nexus.Operations.Backup;

/// <summary>Estimates the size of a backup before it is made.</summary>
internal static class SpaceEstimate
{
    /// <summary>Kept free beside the backup, in bytes.</summary>
    private const long Reserve = 64L * 1024 * 1024;

    /// <summary>Sealed values hardly compress, so the dump is reckoned as three quarters of the tables.</summary>
    private const double ShareOfTables = 0.75;

    /// <exception cref="BackupException">The target has less free space than the backup needs.</exception>
    public static void Require(IBackupTarget target, long tableBytes, long largestTable, bool isEncrypted, bool isCompressed, long otherBytes)
    {
        if (target.FreeSpace() is not var (free, where)) return;
        // A file is encrypted into a second one before the first is deleted.
        var share = isCompressed ? ShareOfTables : 1.5;
        var needed = (long)(share * (tableBytes + (isEncrypted ? largestTable : 0))) + otherBytes + Reserve;
        if (free >= needed) return;
        throw new BackupException(
            BackupErrorKind.DiskFull,
            $"the backup needs about {Bytes(needed)}, and {Bytes(free)} are free in {where}: free some space, delete old backups with "
                + "`nexus backup prune`, or name another target in --target");
    }

    /// <summary>A size for people.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 10 * 1024 => $"{bytes} bytes",
        < 10L * 1024 * 1024 => $"{bytes / 1024:N0} KiB",
        < 10L * 1024 * 1024 * 1024 => $"{bytes / (1024 * 1024):N0} MiB",
        _ => $"{bytes / (1024L * 1024 * 1024):N0} GiB",
    };
}
