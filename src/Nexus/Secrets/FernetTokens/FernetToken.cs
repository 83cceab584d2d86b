using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>Reads the tokens that the legacy stored. Nothing is ever written in this form.</summary>
/// <remarks>https://github.com/fernet/spec/blob/master/Spec.md. Stored tokens do not expire, so the timestamp is ignored.</remarks>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class FernetToken
{
    private const byte Version = 0x80;
    private const int IvAt = 1 + sizeof(long);
    private const int TextAt = IvAt + BlockLength;
    private const int BlockLength = 16;
    private const int MacLength = 32;

    /// <summary>How every token of this century begins: the version and the zeros that lead the timestamp.</summary>
    private const string Prefix = "gAAAA";

    private static readonly SearchValues<char> Digits = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private static readonly SearchValues<byte> Utf8Digits = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>Whether a text has a token's shape: how it begins, its alphabet, a whole number of blocks. Says nothing about keys.</summary>
    public static bool IsToken(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var digits = text.AsSpan().TrimEnd('=');
        return !digits.ContainsAnyExcept(Digits) && HasTokenLength(text.Length, digits.Length);
    }

    /// <summary>As <see cref="IsToken(string)"/>, for UTF-8.</summary>
    internal static bool IsToken(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("gAAAA"u8)) return false;
        var digits = text.TrimEnd((byte)'=');
        return !digits.ContainsAnyExcept(Utf8Digits) && HasTokenLength(text.Length, digits.Length);
    }

    /// <summary>Verifies a token and decrypts it.</summary>
    /// <param name="token">With or without padding.</param>
    /// <param name="key">32 bytes: the signing key, then the encryption key.</param>
    /// <param name="plain">The message; empty when the token is not one of this key.</param>
    internal static bool TryOpen(string token, ReadOnlySpan<byte> key, out byte[] plain)
    {
        plain = [];
        if (!IsToken(token)) return false;
        var bytes = new byte[Base64Url.GetMaxDecodedLength(token.Length)];
        if (Base64Url.DecodeFromChars(token, bytes, out _, out var length) != OperationStatus.Done) return false;
        var body = bytes.AsSpan(0, length - MacLength);
        if (body[0] != Version || !IsSigned(body, bytes.AsSpan(body.Length, MacLength), key[..BlockLength])) return false;
        using var aes = Aes.Create();
        aes.SetKey(key[BlockLength..]);
        try
        {
            plain = aes.DecryptCbc(body[TextAt..], body[IvAt..TextAt], PaddingMode.PKCS7);
            return true;
        }
        catch (CryptographicException)
        {
            // The signature is valid, so the padding was wrong when it was created. This is no padding oracle: without the key nothing gets here.
            return false;
        }
    }

    private static bool IsSigned(ReadOnlySpan<byte> body, ReadOnlySpan<byte> mac, ReadOnlySpan<byte> signingKey)
    {
        Span<byte> expected = stackalloc byte[MacLength];
        HMACSHA256.HashData(signingKey, body, expected);
        return CryptographicOperations.FixedTimeEquals(expected, mac);
    }

    private static bool HasTokenLength(int length, int digits)
    {
        var padding = length - digits;
        if (padding > 2 || (padding > 0 && length % 4 != 0)) return false;
        var bytes = digits * 3 / 4;
        return digits % 4 != 1 && bytes >= TextAt + BlockLength + MacLength && (bytes - TextAt - MacLength) % BlockLength == 0;
    }
}
