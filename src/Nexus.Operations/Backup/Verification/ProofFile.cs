using System.Text.Json;

namespace Nexus.Operations.Backup;

/// <summary>Stores and reads the proof beside a backup. With a key it is authenticated, so that nobody else can declare a backup proven.</summary>
internal static class ProofFile
{
    private const int MaxBytes = 1024 * 1024;

    public static async Task WriteAsync(
        IBackupTarget target, BackupManifest manifest, BackupKey? key, BackupProof proof, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(proof, BackupJson.Default.BackupProof);
        var code = System.Text.Encoding.ASCII.GetBytes(DocumentCode.Create(json, key, manifest.Id, BackupProof.FileName));
        await target.WriteDocumentAsync(manifest.Name, BackupProof.FileName, [.. code, .. json], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The proof; null if there is none, or none that is authentic. Whether there is one that only the key of the backup can tell.</summary>
    public static async Task<(BackupProof? Proof, bool IsSealed)> ReadAsync(
        IBackupTarget target, BackupManifest manifest, BackupKeys keys, CancellationToken cancellationToken)
    {
        byte[] content;
        try
        {
            content = await BackupReader.ReadAsync(target, manifest.Name, BackupProof.FileName, MaxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or BackupException)
        {
            return (null, false);
        }
        if (manifest.Encryption is { } encryption && !keys.Knows(encryption.KeyId)) return (null, true);
        try
        {
            var end = Array.IndexOf(content, (byte)'\n') + 1;
            var key = manifest.Encryption is null ? null : keys.Find(manifest.Encryption.KeyId);
            var code = System.Text.Encoding.UTF8.GetString(content, 0, end);
            var json = content.AsSpan(end);
            if (!DocumentCode.Matches(json, code, key, manifest.Id, BackupProof.FileName)) return (null, false);
            return JsonSerializer.Deserialize(json, BackupJson.Default.BackupProof) is { } proof && proof.BackupId == manifest.Id
                && proof.Steps.All(step => step is not null) ? (proof, false)
                : (null, false);
        }
        catch (JsonException)
        {
            return (null, false);
        }
    }
}
