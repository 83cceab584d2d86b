namespace Nexus.Operations.Backup;

/// <summary>Base backups and the WAL archive of pgBackRest: whether the server can be restored to a point in time.</summary>
/// <param name="Stanza">The stanza.</param>
/// <param name="BaseBackups">The base backups of this cluster, newest first.</param>
/// <param name="Archive">The WAL archive; null if the server could not be asked.</param>
public sealed record PointInTimeStatus(string Stanza, IReadOnlyList<BaseBackup> BaseBackups, WalArchive? Archive)
{
    /// <summary>The newest base backup; null if there is none.</summary>
    public BaseBackup? Newest => BaseBackups.Count == 0 ? null : BaseBackups[0];
}
