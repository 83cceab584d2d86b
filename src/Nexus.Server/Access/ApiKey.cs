using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Server.Access;

/// <summary>A caller's key as the server knows it: its hash and what it is good for.</summary>
/// <remarks>
/// A key is 32 random bytes, so its SHA-256 tells nothing about it: slow password hashes are for what people make up. A part of the hash is
/// the id by which the key is found; the whole hash is then compared in constant time.
/// </remarks>
internal sealed class ApiKey
{
    public const string Prefix = "nxk_";
    public const string ScopeClaim = "scope";

    private const int MaxLength = 200;
    private readonly byte[] _hash;

    public ApiKey(string id, string name, ApiScopes scopes, byte[] hash, DateTimeOffset createdAt)
    {
        (Id, Name, Scopes, _hash, CreatedAt) = (id, name, scopes, hash, createdAt);
        var claims = scopes.ToNames().Select(scope => new Claim(ScopeClaim, scope)).Prepend(new Claim(ClaimTypes.Name, name));
        Principal = new ClaimsPrincipal(new ClaimsIdentity(claims, ApiKeyAuthentication.Scheme));
    }

    public string Id { get; }

    public string Name { get; }

    public ApiScopes Scopes { get; }

    public DateTimeOffset CreatedAt { get; }

    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>Who the caller is, made once: the middleware hands it to each request.</summary>
    public ClaimsPrincipal Principal { get; }

    public static string Generate() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>False when the text cannot be a key at all.</summary>
    public static bool TryHash(string presented, out byte[] hash)
    {
        hash = [];
        if (presented.Length is 0 or > MaxLength) return false;
        hash = SHA256.HashData(Encoding.UTF8.GetBytes(presented));
        return true;
    }

    public static string IdOf(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash[..6]);

    public bool Matches(ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(_hash, hash);
}
