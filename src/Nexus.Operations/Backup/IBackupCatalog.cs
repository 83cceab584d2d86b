namespace Nexus.Operations.Backup;

/// <summary>The state of the backups, for status pages and alerts. Safe for concurrent use.</summary>
public interface IBackupCatalog
{
    /// <summary>Reads the backups and judges them. A target that cannot be read is a finding, not an exception.</summary>
    Task<BackupStatus> ReadAsync(CancellationToken cancellationToken);
}
