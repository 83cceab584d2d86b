namespace Nexus.Operations.Monitoring;

/// <summary>The figures of the backups, for metrics and alerts. Reading them never waits.</summary>
public interface IBackupFigures
{
    /// <summary>Time since the newest complete backup; null without one, and while it is not known.</summary>
    TimeSpan? Age { get; }

    /// <summary>Time since a backup was last restored as a proof; null without a successful one, and while it is not known.</summary>
    TimeSpan? ProofAge { get; }

    /// <summary>Whether the last attempt to restore a backup failed.</summary>
    bool ProofFailed { get; }

    /// <summary>The size of the newest backup divided by the median of those of seven days; null if it cannot be compared.</summary>
    double? SizeRatio { get; }
}
