using System.Security.Cryptography;
using CsCheck;
using Nexus.Operations.Backup;
using Nexus.Operations.Keys;

namespace Nexus.Operations.Tests.Backup;

/// <summary>The format of encrypted files, over generated lengths and changes.</summary>
public sealed class EncryptedStreamTests
{
    private const int Chunk = EncryptedFormat.ChunkLength;
    private const int StoredChunk = Chunk + EncryptedFormat.TagLength;

    private static readonly Guid Id = Guid.NewGuid();

    private static readonly Gen<int> Lengths = Gen.OneOf(
        Gen.Int[0, 300], Gen.Select(Gen.Int[0, 3], Gen.Int[-1, 1], (chunks, more) => Math.Max(0, (chunks * Chunk) + more)), Gen.Int[0, 4 * Chunk]);

    [Fact]
    public async Task What_was_encrypted_is_read_back_whatever_its_length()
    {
        var key = NewKey();
        await Lengths.SampleAsync(
            async length =>
            {
                var plain = RandomNumberGenerator.GetBytes(length);
                var (stored, file) = await EncryptAsync(plain, key);
                Assert.Equal((length, stored.Length, Convert.ToHexStringLower(SHA256.HashData(stored))),
                    (file.PlainBytes, file.StoredBytes, file.Sha256));
                Assert.Equal(plain, await DecryptAsync(stored, key));
            }, iter: 60);
    }

    [Fact]
    public async Task Any_change_is_found()
    {
        var key = NewKey();
        await Gen.Select(Lengths, Gen.Int[0, 6], Gen.Int[0, int.MaxValue]).SampleAsync(
            async (length, kind, at) =>
            {
                var (stored, _) = await EncryptAsync(RandomNumberGenerator.GetBytes(length), key);
                var changed = Change(stored, kind, at);
                if (changed is null) return;
                await Assert.ThrowsAsync<BackupException>(() => DecryptAsync(changed, key));
            }, iter: 250);
    }

    [Fact]
    public async Task A_file_opens_only_with_its_key_in_its_backup_under_its_name()
    {
        var key = NewKey();
        var (stored, _) = await EncryptAsync(RandomNumberGenerator.GetBytes(1000), key);
        Assert.Equal(1000, (await DecryptAsync(stored, key)).Length);
        await Assert.ThrowsAsync<BackupException>(() => DecryptAsync(stored, NewKey()));
        await Assert.ThrowsAsync<BackupException>(() => DecryptAsync(stored, key, id: Guid.NewGuid()));
        await Assert.ThrowsAsync<BackupException>(() => DecryptAsync(stored, key, name: "dump/2.dat.gz"));
        var (again, _) = await EncryptAsync(new byte[1000], key);
        var (other, _) = await EncryptAsync(new byte[1000], key);
        Assert.NotEqual(again, other);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")]
    public void What_is_no_key_is_refused_and_never_repeated(string text)
    {
        Assert.False(BackupKey.TryParse(text, out _));
        if (text.Length == 0) return;
        var error = Assert.Throws<BackupException>(() => BackupKeys.Parse($"{KeyMaintenance.Generate()},{text}"));
        Assert.Contains("entry 2 of 2", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_shows_only_its_id()
    {
        var text = KeyMaintenance.Generate();
        Assert.True(BackupKey.TryParse(text, out var key));
        Assert.Matches("^[0-9a-f]{8}$", key.ToString());
        Assert.True(BackupKey.TryParse(text.Replace('-', '+').Replace('_', '/'), out var standard));
        Assert.Equal(key.Id, standard.Id);
    }

    /// <summary>Null where the change would change nothing.</summary>
    private static byte[]? Change(byte[] stored, int kind, int at)
    {
        var chunks = Chunks(stored);
        switch (kind)
        {
            case 0:
                var flipped = (byte[])stored.Clone();
                flipped[at % flipped.Length] ^= (byte)(1 << (at % 8));
                return flipped;
            case 1: return stored[..(at % stored.Length)];
            case 2: return [.. stored, .. RandomNumberGenerator.GetBytes(1 + (at % 100))];
            // Whole chunks: cut off, repeated, swapped, left out.
            case 3: return chunks.Count < 2 ? null : Join(stored, chunks[..^1]);
            case 4: return Join(stored, [.. chunks, chunks[at % chunks.Count]]);
            case 5 when chunks.Count >= 2:
                (chunks[0], chunks[^1]) = (chunks[^1], chunks[0]);
                return Join(stored, chunks);
            case 6 when chunks.Count >= 2:
                chunks.RemoveAt(at % chunks.Count);
                return Join(stored, chunks);
            default: return null;
        }
    }

    private static List<byte[]> Chunks(byte[] stored) => [.. stored.Skip(EncryptedFormat.HeaderLength).Chunk(StoredChunk)];

    private static byte[] Join(byte[] stored, IEnumerable<byte[]> chunks) =>
        [.. stored[..EncryptedFormat.HeaderLength], .. chunks.SelectMany(chunk => chunk)];

    private static BackupKey NewKey() => BackupKeys.Parse(KeyMaintenance.Generate()).Primary!;

    private static async Task<(byte[] Stored, BackupFile File)> EncryptAsync(byte[] plain, BackupKey key)
    {
        var output = new MemoryStream();
        var file = await EncryptingCopy.RunAsync(new MemoryStream(plain), output, key, Id, "dump/1.dat.gz", null, CancellationToken.None);
        return (output.ToArray(), file);
    }

    private static async Task<byte[]> DecryptAsync(byte[] stored, BackupKey key, Guid? id = null, string name = "dump/1.dat.gz")
    {
        await using var stream = new DecryptingStream(new MemoryStream(stored), key, id ?? Id, name);
        var output = new MemoryStream();
        await stream.CopyToAsync(output);
        return output.ToArray();
    }
}
