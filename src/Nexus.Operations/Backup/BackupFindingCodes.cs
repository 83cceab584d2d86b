namespace Nexus.Operations.Backup;

/// <summary>Stable names of findings, for alerts and programs.</summary>
public static class BackupFindingCodes
{
    /// <summary>There is no backup.</summary>
    public const string Missing = "backup_missing";

    /// <summary>The newest backup is older than a schedule allows.</summary>
    public const string Late = "backup_late";

    /// <summary>No backup was proven by a restore lately.</summary>
    public const string Unproven = "backup_unproven";

    /// <summary>The last verification of the newest verified backup failed.</summary>
    public const string Failed = "backup_verification_failed";

    /// <summary>The newest backup is much smaller than those before it.</summary>
    public const string Shrunken = "backup_shrunken";

    /// <summary>The target has backups of several states.</summary>
    public const string Mixed = "backup_mixed";

    /// <summary>A backup is of a time in the future.</summary>
    public const string Future = "backup_in_future";

    /// <summary>A backup of the target is damaged or incomplete.</summary>
    public const string Damaged = "backup_damaged";

    /// <summary>The target cannot be read.</summary>
    public const string Unreachable = "backup_target_unreachable";

    /// <summary>pgBackRest has no base backup of this cluster.</summary>
    public const string BaseMissing = "base_backup_missing";

    /// <summary>The newest base backup of pgBackRest is older than a schedule allows.</summary>
    public const string BaseLate = "base_backup_late";

    /// <summary>The newest base backup has pages with wrong checksums.</summary>
    public const string BaseDamaged = "base_backup_damaged";

    /// <summary>The server archives no WAL.</summary>
    public const string ArchiveOff = "wal_archive_off";

    /// <summary>The last attempt to archive WAL failed.</summary>
    public const string ArchiveFailing = "wal_archive_failing";

    /// <summary>WAL waits for longer than is allowed, or may wait forever.</summary>
    public const string ArchiveLate = "wal_archive_late";

    /// <summary>The repository lacks WAL that was archived.</summary>
    public const string ArchiveGap = "wal_archive_gap";

    /// <summary>The stanza is of another cluster.</summary>
    public const string ArchiveForeign = "wal_archive_foreign";

    /// <summary>pgBackRest or the server cannot be asked.</summary>
    public const string ArchiveUnreadable = "wal_archive_unreadable";
}
