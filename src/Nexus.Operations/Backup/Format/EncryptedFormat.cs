using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Nexus.Operations.Backup;

/// <summary>
/// The format of an encrypted file: a header with a random salt, then chunks of 64 KiB, each under AES-256-GCM. The nonce of a chunk is its number
/// and
/// whether it is the last one (the STREAM construction, https://eprint.iacr.org/2015/189), so chunks cannot be cut off, reordered, repeated or moved.
/// The key is derived from the salt, the backup's id and the file's name.
/// </summary>
internal static class EncryptedFormat
{
    /// <summary>Bytes of plain text in each chunk but the last.</summary>
    public const int ChunkLength = 64 * 1024;

    /// <summary>Bytes of the authentication tag behind each chunk.</summary>
    public const int TagLength = 16;

    /// <summary>Bytes of the random salt.</summary>
    public const int SaltLength = 32;

    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 8 + SaltLength;

    private const int NonceLength = 12;

    private static ReadOnlySpan<byte> Magic => "NXBKENC1"u8;

    /// <summary>A new header.</summary>
    public static byte[] CreateHeader()
    {
        var header = new byte[HeaderLength];
        Magic.CopyTo(header);
        RandomNumberGenerator.Fill(header.AsSpan(Magic.Length));
        return header;
    }

    /// <summary>Whether the bytes are a header of this format.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> header) => header.Length == HeaderLength && header.StartsWith(Magic);

    /// <summary>The cipher of one file.</summary>
    public static AesGcm CreateCipher(BackupKey key, ReadOnlySpan<byte> header, Guid backup, string file)
    {
        var fileKey = key.DeriveFileKey(header[Magic.Length..], backup, file);
        try
        {
            return new AesGcm(fileKey, TagLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(fileKey);
        }
    }

    /// <summary>Encrypts a chunk into its cipher text and tag.</summary>
    public static void EncryptChunk(AesGcm cipher, long number, bool isLast, ReadOnlySpan<byte> plain, Span<byte> output, ReadOnlySpan<byte> header)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(nonce, number, isLast);
        cipher.Encrypt(nonce, plain, output[..plain.Length], output.Slice(plain.Length, TagLength), header);
    }

    /// <summary>Decrypts a chunk.</summary>
    /// <exception cref="CryptographicException">It is not authentic in this place.</exception>
    public static void DecryptChunk(AesGcm cipher, long number, bool isLast, ReadOnlySpan<byte> input, Span<byte> plain, ReadOnlySpan<byte> header)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(nonce, number, isLast);
        var length = input.Length - TagLength;
        cipher.Decrypt(nonce, input[..length], input[length..], plain[..length], header);
    }

    private static void WriteNonce(Span<byte> nonce, long number, bool isLast)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[3..], number);
        nonce[^1] = isLast ? (byte)1 : (byte)0;
    }
}
