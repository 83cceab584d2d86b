namespace Nexus.Operations.Backup;

/// <summary>How a backup is encrypted.</summary>
/// <param name="Cipher">The format, <see cref="Aes256GcmStream"/>.</param>
/// <param name="KeyId">The id of the key.</param>
public sealed record BackupEncryption(string Cipher, string KeyId)
{
    /// <summary>AES-256-GCM in authenticated chunks: docs/backup.md describes the format.</summary>
    public const string Aes256GcmStream = "aes-256-gcm-stream-1";
}
