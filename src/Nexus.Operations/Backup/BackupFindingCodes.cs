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

    /// <summary>A backup of the target is damaged or incomplete.</summary>
    public const string Damaged = "backup_damaged";

    /// <summary>The target cannot be read.</summary>
    public const string Unreachable = "backup_target_unreachable";
}
