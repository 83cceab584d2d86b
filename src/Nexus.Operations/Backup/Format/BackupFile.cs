namespace Nexus.Operations.Backup;

/// <summary>A file of a backup.</summary>
/// <param name="Name">Its path in the backup's folder, with slashes.</param>
/// <param name="PlainBytes">Its size before encryption.</param>
/// <param name="StoredBytes">Its size as stored.</param>
/// <param name="Sha256">The SHA-256 of what is stored, in hexadecimal.</param>
public sealed record BackupFile(string Name, long PlainBytes, long StoredBytes, string Sha256);
