using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary><c>nx1.&lt;key id&gt;.&lt;base64url&gt;</c>, where the last part is salt, nonce, ciphertext and tag in this order.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class SealedFormat
{
    internal const string Prefix = "nx1.";
    internal const int IdLength = 8;
    internal const int SaltLength = 16;
    internal const int NonceLength = 12;
    internal const int TagLength = 16;

    /// <summary>Bytes that sealing adds to the plain text.</summary>
    internal const int Overhead = SaltLength + NonceLength + TagLength;

    /// <summary>Where the key id ends: the dot before the base64url part.</summary>
    private const int DotAt = 4 + IdLength;

    private static readonly SearchValues<byte> Base64UrlDigits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>Whether a value claims to be sealed. Such a value is never taken for plain text, be it whole or not.</summary>
    internal static bool HasPrefix(ReadOnlySpan<byte> value) => value.StartsWith("nx1."u8);

    /// <summary>As <see cref="HasPrefix(ReadOnlySpan{byte})"/>, for a text.</summary>
    public static bool HasPrefix([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] string? value) => value is not null
        && value.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Length of the text for this many bytes of salt, nonce, ciphertext and tag.</summary>
    internal static int TextLength(int bodyLength) => DotAt + 1 + Base64Url.GetEncodedLength(bodyLength);

    /// <summary>Splits a sealed text into the key's number and the base64url part; false when it is not of this shape.</summary>
    internal static bool TrySplit(ReadOnlySpan<byte> text, out uint keyNumber, out ReadOnlySpan<byte> encoded)
    {
        encoded = default;
        keyNumber = 0;
        if (text.Length <= DotAt + 1 || !HasPrefix(text) || text[DotAt] != '.') return false;
        foreach (var digit in text[Prefix.Length..DotAt])
        {
            var value = digit is >= (byte)'0' and <= (byte)'9' ? digit - '0' : digit is >= (byte)'a' and <= (byte)'f' ? digit - 'a' + 10 : -1;
            if (value < 0) return false;
            keyNumber = (keyNumber << 4) | (uint)value;
        }
        encoded = text[(DotAt + 1)..];
        return !encoded.ContainsAnyExcept(Base64UrlDigits);
    }

    /// <summary>Reads the salt and behind it the nonce of a sealed text; false when it is not of this shape.</summary>
    /// <param name="text">A sealed text.</param>
    /// <param name="head">Takes <see cref="SaltLength"/> and <see cref="NonceLength"/> bytes.</param>
    internal static bool TryReadHead(ReadOnlySpan<byte> text, Span<byte> head)
    {
        // The Base64 digits of both, rounded up to a multiple of four.
        const int Digits = (SaltLength + NonceLength + 2) / 3 * 4;
        if (!TrySplit(text, out _, out var encoded) || encoded.Length < Digits) return false;
        Span<byte> bytes = stackalloc byte[Digits / 4 * 3];
        if (Base64Url.DecodeFromUtf8(encoded[..Digits], bytes, out _, out _) != OperationStatus.Done) return false;
        bytes[..(SaltLength + NonceLength)].CopyTo(head);
        return true;
    }

    /// <summary>Bytes of the plain text that a sealed text holds; of the text itself where it is not of this shape.</summary>
    internal static int PlainLength(ReadOnlySpan<byte> text) =>
        TrySplit(text, out _, out var encoded) ? Math.Max(0, Base64Url.GetMaxDecodedLength(encoded.Length) - Overhead) : text.Length;

    /// <summary>The key id that a sealed text names, or null when it is not of this shape.</summary>
    internal static string? KeyIdOf(ReadOnlySpan<byte> text) =>
        TrySplit(text, out _, out _) ? Encoding.ASCII.GetString(text[Prefix.Length..DotAt]) : null;

    /// <summary>Writes a sealed text into exactly <see cref="TextLength"/> bytes.</summary>
    internal static void Write(string keyId, ReadOnlySpan<byte> body, Span<byte> text)
    {
        "nx1."u8.CopyTo(text);
        Encoding.ASCII.GetBytes(keyId, text[Prefix.Length..]);
        text[DotAt] = (byte)'.';
        Base64Url.EncodeToUtf8(body, text[(DotAt + 1)..]);
    }

    /// <summary>Writes a sealed text into exactly <see cref="TextLength"/> characters.</summary>
    internal static void Write(string keyId, ReadOnlySpan<byte> body, Span<char> text)
    {
        Prefix.CopyTo(text);
        keyId.CopyTo(text[Prefix.Length..]);
        text[DotAt] = '.';
        Base64Url.EncodeToChars(body, text[(DotAt + 1)..]);
    }

    /// <summary>Room that <see cref="WritePlace"/> needs at most when the field is in UTF-8 already.</summary>
    internal static int MaxPlaceLength(SealContext context, int pointerLength) =>
        3 + (4 * sizeof(int)) + Encoding.UTF8.GetMaxByteCount(context.Table.Length + context.Row.Length + context.Field.Length) + pointerLength;

    /// <summary>
    /// The place as additional authenticated data. Each part follows its length, so that no two places give the same bytes.
    /// </summary>
    /// <param name="context">The place; its field is the column.</param>
    /// <param name="pointer">The JSON pointer inside the column, continuing the field. Empty outside documents.</param>
    /// <param name="destination">At least <see cref="MaxPlaceLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    internal static int WritePlace(SealContext context, ReadOnlySpan<byte> pointer, Span<byte> destination)
    {
        var length = WritePart("nx1", [], destination);
        length += WritePart(context.Table, [], destination[length..]);
        length += WritePart(context.Row, [], destination[length..]);
        return length + WritePart(context.Field, pointer, destination[length..]);
    }

    private static int WritePart(string text, ReadOnlySpan<byte> more, Span<byte> destination)
    {
        var length = Encoding.UTF8.GetBytes(text, destination[sizeof(int)..]);
        more.CopyTo(destination[(sizeof(int) + length)..]);
        length += more.Length;
        BinaryPrimitives.WriteInt32BigEndian(destination, length);
        return sizeof(int) + length;
    }
}
