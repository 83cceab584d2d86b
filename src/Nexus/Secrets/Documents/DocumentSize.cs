using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>The length of a stored document by the one measure of <see cref="DocumentRules.MaxBytes"/>.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class DocumentSize
{
    /// <summary>Bytes of the document in compact form, with sealed values by their plain text and numbers written out.</summary>
    /// <param name="json">A document that was accepted, or is composed of such.</param>
    public static int Of(ReadOnlySpan<byte> json)
    {
        var scratch = DocumentScratch.Rent();
        try
        {
            return Measure(new DocumentCursor(json, scratch, judges: false), scratch.Replacement);
        }
        finally
        {
            scratch.Return();
        }
    }

    private static int Measure(DocumentCursor cursor, Utf8Buffer escaped)
    {
        var bytes = 0;
        var needsComma = false;
        while (cursor.Read())
        {
            var token = cursor.TokenType;
            var isEnd = token is JsonTokenType.EndObject or JsonTokenType.EndArray;
            if (needsComma && !isEnd) bytes++;
            needsComma = token is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
            bytes += token switch
            {
                JsonTokenType.PropertyName => NameLength(ref cursor, escaped) + 1,
                JsonTokenType.String => TextLength(ref cursor, escaped),
                JsonTokenType.Number => JsonNumber.LengthWrittenOut(cursor.Raw),
                JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.EndObject or JsonTokenType.EndArray => 1,
                _ => cursor.Raw.Length,
            };
        }
        return bytes;
    }

    private static int NameLength(ref DocumentCursor cursor, Utf8Buffer escaped)
    {
        cursor.TryDecode(out var name);
        cursor.EnterProperty(name);
        return QuotedLength(ref cursor, name, escaped);
    }

    private static int TextLength(ref DocumentCursor cursor, Utf8Buffer escaped)
    {
        cursor.TryDecode(out var text);
        return SealedFormat.HasPrefix(text) ? SealedFormat.PlainLength(text) + 2 : QuotedLength(ref cursor, text, escaped);
    }

    /// <summary>With the escapes that JSON demands, whatever the writer of the document escaped beyond that.</summary>
    private static int QuotedLength(ref DocumentCursor cursor, ReadOnlySpan<byte> text, Utf8Buffer escaped)
    {
        if (!cursor.IsEscaped) return text.Length + 2;
        JsonString.Write(escaped, text);
        var length = escaped.Length;
        escaped.Clear();
        return length;
    }
}
