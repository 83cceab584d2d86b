using System.Text.Json;

namespace Nexus.Operations.Backup;

/// <summary>Reads and writes the manifest and its authentication code.</summary>
internal static class ManifestFile
{
    /// <summary>The manifest.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Its code. It is written last: a backup without it is incomplete.</summary>
    public const string CodeFileName = "manifest.mac";

    /// <summary>The largest manifest that is read, in bytes.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private const int MaxFiles = 200_000;

    /// <summary>The two documents, ready to be stored.</summary>
    public static (byte[] Manifest, string Code) Write(BackupManifest manifest, BackupKey? key)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest);
        return (json, DocumentCode.Create(json, key, manifest.Id, FileName));
    }

    /// <summary>Reads a manifest without its code, to list backups without the key.</summary>
    /// <exception cref="BackupException">It is not a manifest of this backup, or of a newer format.</exception>
    public static BackupManifest Read(ReadOnlySpan<byte> json, string name)
    {
        BackupManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, BackupJson.Default.BackupManifest);
        }
        catch (JsonException error)
        {
            throw Damaged(name, $"{FileName} is not a manifest (line {error.LineNumber + 1})");
        }
        if (manifest is null) throw Damaged(name, $"{FileName} is empty");
        if (manifest.Format > BackupManifest.CurrentFormat)
        {
            throw new BackupException(
                BackupErrorKind.Damaged,
                $"{name} has format {manifest.Format}, and this version of Nexus reads formats up to {BackupManifest.CurrentFormat}: use a newer "
                    + $"Nexus");
        }
        if (manifest.Format < 1 || manifest.Notes.Any(note => note is null)) throw Damaged(name, $"{FileName} is not a manifest");
        if (manifest.Name != name) throw Damaged(name, $"{FileName} belongs to another backup");
        if (manifest.Files.Count > MaxFiles) throw Damaged(name, $"{FileName} lists more than {MaxFiles:N0} files");
        if (!manifest.Files.All(file => file is not null && BackupName.IsFileName(file.Name) && IsSize(file.StoredBytes) && IsSize(file.PlainBytes)))
            throw Damaged(name, $"{FileName} lists a file with an invalid name or size");
        return manifest.Files.Select(file => file.Name).Distinct(StringComparer.Ordinal).Count() == manifest.Files.Count
            ? manifest
            : throw Damaged(name, $"{FileName} lists a file twice");
    }

    /// <summary>Reads a manifest and checks its code.</summary>
    /// <returns>The manifest, and the key of the backup; null if it is not encrypted.</returns>
    /// <exception cref="BackupException">It is damaged, not authentic, or the key is not configured.</exception>
    public static (BackupManifest Manifest, BackupKey? Key) ReadChecked(
        ReadOnlySpan<byte> json, string code, string name, BackupKeys keys, bool allowUnencrypted)
    {
        var manifest = Read(json, name);
        if (manifest.Encryption is { } encryption && encryption.Cipher != BackupEncryption.Aes256GcmStream)
            throw new BackupException(BackupErrorKind.Damaged,
                $"{name} is encrypted in a way that this version of Nexus does not know: use a newer Nexus");
        if (manifest.Encryption is null && keys.Primary is not null && !allowUnencrypted)
        {
            throw new BackupException(
                BackupErrorKind.Refused,
                $"{name} is not encrypted although {BackupKeys.Variable} is set, so anybody who can write to the target may have made it: "
                    + "pass --allow-unencrypted if it is yours");
        }
        var key = manifest.Encryption is null ? null : keys.Find(manifest.Encryption.KeyId);
        return DocumentCode.Matches(json, code, key, manifest.Id, FileName)
            ? (manifest, key)
            : throw Damaged(name, $"{FileName} was altered, or belongs to another backup");
    }

    /// <summary>Sizes that add up to a number.</summary>
    private static bool IsSize(long bytes) => bytes is >= 0 and <= long.MaxValue / MaxFiles;

    private static BackupException Damaged(string name, string what) => new(BackupErrorKind.Damaged, $"{name} is damaged: {what}");
}
