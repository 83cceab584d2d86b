using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Server.Dashboard;

/// <summary>
/// Signs cookies and form tokens with keys that are derived from the encryption keys: nothing more has to be stored, every instance accepts what
/// another one signed, and a restart signs nobody out (docs/decisions/0017-dashboard.md).
/// </summary>
internal sealed class SigningKeys(NexusDb db)
{
    private const string Purpose = "dashboard";

    private IReadOnlyList<byte[]>? _keys;

    private IReadOnlyList<byte[]> Keys => _keys ??= db.DeriveKeys(Purpose);

    public string Sign(string text) => Base64Url.EncodeToString(HMACSHA256.HashData(Keys[0], Encoding.UTF8.GetBytes(text)));

    /// <summary>Accepts the keys before a rotation too, as long as they are in the ring.</summary>
    public bool IsSigned(string text, string signature)
    {
        var given = new byte[HMACSHA256.HashSizeInBytes];
        if (signature.Length != 43 || !Base64Url.TryDecodeFromChars(signature, given, out var length) || length != given.Length) return false;
        var bytes = Encoding.UTF8.GetBytes(text);
        var isSigned = false;
        foreach (var key in Keys) isSigned |= CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, bytes), given);
        return isSigned;
    }
}
