using System.Security.Cryptography;

namespace Nexus.Secrets;

/// <summary>Bitcoin's base58: https://datatracker.ietf.org/doc/html/draft-msporny-base58-03.</summary>
internal static class Base58
{
    private const int MaxLength = 128;

    private static readonly sbyte[] Digits = MakeDigits("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

    /// <summary>Decodes a text of at most 128 characters.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">At least as long as the text.</param>
    /// <param name="length">Bytes written.</param>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> bytes, out int length)
    {
        length = 0;
        if (text.Length is 0 or > MaxLength) return false;
        var zeros = text.IndexOfAnyExcept((byte)'1') is var first and >= 0 ? first : text.Length;
        bytes[..text.Length].Clear();
        foreach (var c in text)
        {
            var carry = c < 128 ? Digits[c] : -1;
            if (carry < 0) return false;
            for (var i = 0; i < length || carry > 0; i++)
            {
                carry += 58 * bytes[i];
                bytes[i] = (byte)carry;
                carry >>= 8;
                length = Math.Max(length, i + 1);
            }
        }
        length += zeros;
        bytes[..length].Reverse();
        return true;
    }

    /// <summary>Whether the last four bytes are the checksum of those before.</summary>
    public static bool HasChecksum(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 5) return false;
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes[..^4], hash);
        SHA256.HashData(hash, hash);
        return hash[..4].SequenceEqual(bytes[^4..]);
    }

    private static sbyte[] MakeDigits(string alphabet)
    {
        var digits = new sbyte[128];
        Array.Fill(digits, (sbyte)-1);
        for (var i = 0; i < alphabet.Length; i++) digits[alphabet[i]] = (sbyte)i;
        return digits;
    }
}
