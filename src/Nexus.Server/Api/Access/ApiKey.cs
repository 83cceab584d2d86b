using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Server.Api;

/// <summary>An API key as the server stores it: its hash and its scopes.</summary>
/// <remarks>
/// A key is 32 random bytes, so its SHA-256 reveals nothing about it. Slow password hashes are needed only for secrets that people choose. A part of
/// the hash is the id by which the key is found; the whole hash is then compared in constant time.
/// </remarks>
internal sealed class ApiKey
{
    public const string Prefix = "nxk_";

    public const int HashLength = SHA256.HashSizeInBytes;

    /// <summary>The maximum length of a key.</summary>
    public const int MaxLength = 200;

    /// <summary>The length of an id.</summary>
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

    public static string Generate() => Generate(RandomNumberGenerator.GetBytes(32));

    /// <summary>The key of 32 bytes that nobody can guess.</summary>
    public static string Generate(ReadOnlySpan<byte> bytes) => Prefix + Base64Url.EncodeToString(bytes);

    /// <summary>Hashes a key. False if the text cannot be a key.</summary>
    /// <param name="presented">The text that the caller sent.</param>
    /// <param name="hash"><see cref="HashLength"/> bytes.</param>
    public static bool TryHash(ReadOnlySpan<char> presented, Span<byte> hash)
    {
        if (presented.Length is 0 or > MaxLength) return false;
        Span<byte> text = stackalloc byte[MaxLength * 3];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(presented, text)], hash);
        return true;
    }

    /// <summary>The hash of a valid key.</summary>
    public static byte[] HashOf(string key)
    {
        var hash = new byte[HashLength];
        return TryHash(key, hash) ? hash : throw new ArgumentException("not a valid key", nameof(key));
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
