namespace Nexus.Operations.Backup;

/// <summary>When backups count as late, unproven or shrunken.</summary>
public sealed record BackupExpectations
{
    /// <summary>The greatest age of the newest backup, and of the newest base backup of pgBackRest. Default 26 hours: a daily backup that is
    /// two hours late.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(26);

    /// <summary>The greatest time since the last proof by a restore. Default 8 days: a weekly drill that is a day late.</summary>
    public TimeSpan MaxProofAge { get; init; } = TimeSpan.FromDays(8);

    /// <summary>How long complete WAL segments may wait for pgBackRest. Default 5 minutes.</summary>
    public TimeSpan MaxArchiveLag { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The smallest share of the median size of the backups of the week before. Default 0.5.</summary>
    public double MinSizeShare { get; init; } = 0.5;
}
