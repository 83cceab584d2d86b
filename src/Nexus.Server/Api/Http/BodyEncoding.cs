using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Nexus.Errors;
using Nexus.Operations.Json;

namespace Nexus.Server.Api;

/// <summary>JSON between programs is UTF-8 (RFC 8259, section 8.1). Other encodings get their own error instead of one about broken JSON.</summary>
internal static class BodyEncoding
{
    /// <exception cref="BadHttpRequestException">The content type names another encoding.</exception>
    public static void RequireUtf8(HttpRequest request)
    {
        if (request.ContentType is not { } given || !given.Contains("charset", StringComparison.OrdinalIgnoreCase)
                || !MediaTypeHeaderValue.TryParse(given, out var type))
            return;
        var charset = type.Charset.AsSpan().Trim('"');
        if (charset.IsEmpty || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
            return;
        throw new BadHttpRequestException("the charset is not UTF-8", StatusCodes.Status415UnsupportedMediaType);
    }

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
