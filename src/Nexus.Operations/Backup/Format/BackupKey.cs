using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Operations.Backup;

/// <summary>
/// One 256-bit key of <c>NEXUS_BACKUP_KEY</c>. Its bytes encrypt nothing themselves: the key of each file and of each manifest is derived from them
/// (HKDF, RFC 5869), from the backup's id and from the file's name, so a file opens only in its own place.
/// </summary>
[DebuggerDisplay("{Id,nq}")]
internal sealed class BackupKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = 32;

    /// <summary>Digits of a key in base64 without padding.</summary>
    private const int EncodedLength = 43;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _bytes;

    private BackupKey(byte[] bytes)
    {
        _bytes = bytes;
        Id = Convert.ToHexStringLower(Derive([], "nexus backup key id v1", Guid.Empty, "", 4));
    }

    /// <summary>8 lower-case hexadecimal digits, derived from the key. They reveal nothing about it.</summary>
    public string Id { get; }

    /// <summary>Reads a key in the form of <c>nexus keys generate</c>: 32 bytes in base64, url-safe or standard.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BackupKey? key)
    {
        key = null;
        var digits = text.Trim().TrimEnd('=').Replace('+', '-').Replace('/', '_');
        if (digits.Length != EncodedLength) return false;
        var bytes = new byte[Length];
        if (Base64Url.DecodeFromChars(digits, bytes, out _, out var written) != OperationStatus.Done || written != Length) return false;
        key = new BackupKey(bytes);
        return true;
    }

    /// <summary>The key that encrypts one file of one backup.</summary>
    public byte[] DeriveFileKey(ReadOnlySpan<byte> salt, Guid backup, string file) => Derive(salt, "nexus backup file v1", backup, file, Length);

    /// <summary>The key that authenticates the manifest, or another document, of one backup.</summary>
    public byte[] DeriveDocumentKey(Guid backup, string document) => Derive([], "nexus backup document v1", backup, document, Length);

    /// <summary>The id, never the key.</summary>
    public override string ToString() => Id;

    private byte[] Derive(ReadOnlySpan<byte> salt, string purpose, Guid backup, string name, int length)
    {
        var key = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, key, salt, Encoding.UTF8.GetBytes($"{purpose}\0{backup:n}\0{name}"));
        return key;
    }
}
