namespace Nexus.Operations.Backup;

/// <summary>Judges the times in backups, which are those of the machines that made them.</summary>
internal static class BackupClock
{
    /// <summary>Clocks of two instances may differ so much.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);

    /// <summary>Whether a time comes from a clock that was wrong: that of the backup, or the present one.</summary>
    public static bool IsFuture(DateTimeOffset at, DateTimeOffset now) => at - now > Tolerance;
}
