using System.Security.Cryptography;

namespace Nexus.Operations.Backup;

/// <summary>Copies a file into a backup: encrypted if there is a key, with the SHA-256 of what is stored.</summary>
internal static class EncryptingCopy
{
    /// <summary>Copies and hashes.</summary>
    /// <param name="input">The plain file.</param>
    /// <param name="output">Where the stored form goes; null to only hash a file that is stored as it is.</param>
    /// <param name="key">The key; null to store the file as it is.</param>
    /// <param name="backup">The backup's id.</param>
    /// <param name="file">The file's name in the backup.</param>
    /// <param name="progress">Receives the number of bytes of each step.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<BackupFile> RunAsync(
        Stream input, Stream? output, BackupKey? key, Guid backup, string file, Action<long>? progress, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (plain, stored) = (0L, 0L);
        if (key is null)
        {
            var buffer = new byte[256 * 1024];
            int read;
            while ((read = await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                plain += read;
                await WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
                progress?.Invoke(read);
            }
            return Done();
        }

        var header = EncryptedFormat.CreateHeader();
        using var cipher = EncryptedFormat.CreateCipher(key, header, backup, file);
        await WriteAsync(header).ConfigureAwait(false);
        var (current, next) = (new byte[EncryptedFormat.ChunkLength], new byte[EncryptedFormat.ChunkLength]);
        var sealedChunk = new byte[EncryptedFormat.ChunkLength + EncryptedFormat.TagLength];
        var length = await ReadChunkAsync(current).ConfigureAwait(false);
        for (var number = 0L; ; number++)
        {
            // The last chunk says so, which is known only once the next one is empty.
            var following = length == EncryptedFormat.ChunkLength ? await ReadChunkAsync(next).ConfigureAwait(false) : 0;
            EncryptedFormat.EncryptChunk(cipher, number, following == 0, current.AsSpan(0, length), sealedChunk, header);
            await WriteAsync(sealedChunk.AsMemory(0, length + EncryptedFormat.TagLength)).ConfigureAwait(false);
            plain += length;
            progress?.Invoke(length);
            if (following == 0) break;
            (current, next, length) = (next, current, following);
        }
        CryptographicOperations.ZeroMemory(current);
        CryptographicOperations.ZeroMemory(next);
        return Done();

        async Task<int> ReadChunkAsync(byte[] chunk) =>
            await input.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);

        async Task WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            hash.AppendData(bytes.Span);
            stored += bytes.Length;
            if (output is not null) await output.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }

        BackupFile Done() => new(file, plain, stored, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
