using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Server.Api;

/// <summary>A caller's key as the server knows it: its hash and what it is good for.</summary>
/// <remarks>
/// A key is 32 random bytes, so its SHA-256 tells nothing about it: slow password hashes are for what people make up. A part of the hash is
/// the id by which the key is found; the whole hash is then compared in constant time.
/// </remarks>
internal sealed class ApiKey
{
    public const string Prefix = "nxk_";

    public const int HashLength = SHA256.HashSizeInBytes;

    /// <summary>Characters of a key at most.</summary>
    public const int MaxLength = 200;

    /// <summary>Characters of an id.</summary>
    public const int IdLength = IdBytes * 2;

    private const int IdBytes = 6;

    private readonly byte[] _hash;

    public ApiKey(string id, string name, ApiScopes scopes, byte[] hash, DateTimeOffset createdAt) =>
        (Id, Name, Scopes, _hash, CreatedAt) = (id, name, scopes, hash, createdAt);

    public string Id { get; }

    public string Name { get; }

    public ApiScopes Scopes { get; }

    public DateTimeOffset CreatedAt { get; }

    public ReadOnlySpan<byte> Hash => _hash;

    public static string Generate() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>False when the text cannot be a key at all.</summary>
    /// <param name="presented">What a caller sent.</param>
    /// <param name="hash"><see cref="HashLength"/> bytes.</param>
    public static bool TryHash(ReadOnlySpan<char> presented, Span<byte> hash)
    {
        if (presented.Length is 0 or > MaxLength) return false;
        Span<byte> text = stackalloc byte[MaxLength * 3];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(presented, text)], hash);
        return true;
    }

    /// <summary>The hash of a key that is known to be one.</summary>
    public static byte[] HashOf(string key)
    {
        var hash = new byte[HashLength];
        return TryHash(key, hash) ? hash : throw new ArgumentException("no key", nameof(key));
    }

    public static string IdOf(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash[..IdBytes]);

    /// <summary>The same in characters at hand.</summary>
    public static ReadOnlySpan<char> IdOf(ReadOnlySpan<byte> hash, Span<char> id)
    {
        Convert.TryToHexStringLower(hash[..IdBytes], id, out var length);
        return id[..length];
    }

    public bool Matches(ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(_hash, hash);
}
