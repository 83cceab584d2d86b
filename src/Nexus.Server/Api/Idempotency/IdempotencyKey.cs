using System.Text;
using Microsoft.AspNetCore.Http;
using Nexus.Errors;
using Nexus.Idempotency;

namespace Nexus.Server.Api;

/// <summary>
/// The header <c>Idempotency-Key</c>: any text, or a string of structured fields as in
/// https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/.
/// </summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public const string Description =
        "Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response "
        + "(status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a "
        + "repeat while the first request runs waits and is then refused with 409.";

    public static bool IsGiven(HttpRequest request) => request.Headers.ContainsKey(Header);

    /// <exception cref="NexusValidationException">The header is empty, too long, given twice, or has control characters.</exception>
    public static string Of(HttpRequest request)
    {
        if (request.Headers[Header] is not [{ } text]) throw new NexusValidationException(Header, "is given twice");
        var key = Unquoted(text);
        if (key.Length == 0) throw new NexusValidationException(Header, "must not be empty");
        if (key.Any(char.IsControl)) throw new NexusValidationException(Header, "must not contain control characters");
        return Encoding.UTF8.GetByteCount(key) is var length and > NexusIdempotency.MaxKeyBytes
            ? throw new NexusValidationException(Header, $"must be at most {NexusIdempotency.MaxKeyBytes} bytes, not {length}")
            : key;
    }

    /// <summary>The text of a quoted string: https://www.rfc-editor.org/rfc/rfc9651#section-3.3.3. Any other text is taken as it is.</summary>
    private static string Unquoted(string text)
    {
        if (text is not ['"', .., '"']) return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] == '"') return text;
            if (text[i] == '\\' && (++i == text.Length - 1 || text[i] is not ('"' or '\\'))) return text;
            plain.Append(text[i]);
        }
        return plain.ToString();
    }
}
