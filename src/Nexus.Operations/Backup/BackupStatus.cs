namespace Nexus.Operations.Backup;

/// <summary>The backups of a target and what is wrong with them.</summary>
/// <param name="Target">Where they are.</param>
/// <param name="CheckedAt">When this was read.</param>
/// <param name="Backups">The backups of this store, newest first.</param>
/// <param name="Findings">What is wrong; empty if nothing is.</param>
public sealed record BackupStatus(string Target, DateTimeOffset CheckedAt, IReadOnlyList<BackupItem> Backups, IReadOnlyList<BackupFinding> Findings)
{
    /// <summary>Base backups and the WAL archive of pgBackRest; null if no stanza is configured, or the store is the embedded one.</summary>
    public PointInTimeStatus? PointInTime { get; init; }

    /// <summary>The newest backup; null if there is none. Not one of a time in the future, which comes from a clock that was wrong.</summary>
    public BackupItem? Newest => Backups.FirstOrDefault(
        backup => backup.Manifest is not { } made || !BackupClock.IsFuture(made.CreatedAt, CheckedAt));

    /// <summary>The newest proven backup; null if there is none. Not one of a time in the future.</summary>
    public BackupItem? NewestProven => Backups.FirstOrDefault(
        backup => backup.IsProven && !BackupClock.IsFuture(backup.Manifest!.CreatedAt, CheckedAt)
            && !BackupClock.IsFuture(backup.Proof!.VerifiedAt, CheckedAt));

    /// <summary>Whether nothing is wrong.</summary>
    public bool Ok => Findings.Count == 0;
}
