using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Nexus.Errors;
using Nexus.Operations.Json;

namespace Nexus.Server.Api;

/// <summary>JSON between programs is UTF-8 (RFC 8259, section 8.1). What is not is refused by name, and not as broken JSON.</summary>
internal static class BodyEncoding
{
    /// <exception cref="BadHttpRequestException">The content type names another encoding.</exception>
    public static void RequireUtf8(HttpRequest request)
    {
        if (request.ContentType is not { } given || !given.Contains("charset", StringComparison.OrdinalIgnoreCase) || !MediaTypeHeaderValue.TryParse(given, out var type)) return;
        var charset = type.Charset.AsSpan().Trim('"');
        if (charset.IsEmpty || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase)) return;
        throw new BadHttpRequestException("another charset", StatusCodes.Status415UnsupportedMediaType);
    }

    /// <exception cref="NexusValidationException">The text begins as UTF-16 or UTF-32 does: with a mark of theirs, or with a zero beside a character of ASCII.</exception>
    public static void RequireUtf8(ReadOnlySpan<byte> start)
    {
        if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, _, ..] or [_, 0, ..]) throw new NexusValidationException("body", "must be UTF-8, not UTF-16 or UTF-32");
    }

    /// <summary>Whether more must be read to tell a mark from what follows it. No JSON text begins as a mark does, so that nothing else waits.</summary>
    public static bool NeedsMore(ReadOnlySpan<byte> start) => start.IsEmpty || start is [0xFF] or [0xFE] || (start.Length < ByteOrderMark.Utf8.Length && ByteOrderMark.Utf8.StartsWith(start));
}
