using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Nexus.Errors;
using Nexus.Operations.Json;

namespace Nexus.Server.Api;

/// <summary>JSON between programs is UTF-8 (RFC 8259, section 8.1). Other encodings get their own error instead of one about broken JSON.</summary>
internal static class BodyEncoding
{
    /// <exception cref="BadHttpRequestException">The content type names another encoding, or the body is compressed.</exception>
    public static void RequirePlain(HttpRequest request)
    {
        // Read as it is, it would be refused as broken JSON. RFC 9110, section 8.4: a server may refuse an encoding with 415.
        if (request.Headers.ContentEncoding.Any(IsEncoded))
            throw Unsupported("Content-Encoding: must be left out; send the body uncompressed");
        if (request.ContentType is not { } given || !given.Contains("charset", StringComparison.OrdinalIgnoreCase)
                || !MediaTypeHeaderValue.TryParse(given, out var type))
            return;
        var charset = type.Charset.AsSpan().Trim('"');
        if (charset.IsEmpty || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
            return;
        throw Unsupported("Content-Type: must not name a charset other than utf-8");
    }

    private static bool IsEncoded(string? coding) =>
        !string.IsNullOrEmpty(coding) && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase);

    /// <summary>The response 415 with this detail.</summary>
    public static BadHttpRequestException Unsupported(string detail) => new(detail, StatusCodes.Status415UnsupportedMediaType);

    /// <exception cref="NexusValidationException">
    /// The text starts like UTF-16 or UTF-32: with their byte order mark, or with a zero byte next to an ASCII character.
    /// </exception>
    public static void RequireUtf8(ReadOnlySpan<byte> start)
    {
        if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, _, ..] or [_, 0, ..])
            throw new NexusValidationException("body", "must be UTF-8, not UTF-16 or UTF-32");
    }

    /// <summary>Whether more bytes are needed to recognise a byte order mark. No JSON text starts like a mark, so nothing else is delayed.</summary>
    public static bool NeedsMore(ReadOnlySpan<byte> start) =>
        start.IsEmpty || start is [0xFF] or [0xFE] || (start.Length < ByteOrderMark.Utf8.Length && ByteOrderMark.Utf8.StartsWith(start));
}
