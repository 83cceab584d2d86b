using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>The length of a stored document by the one measure of <see cref="DocumentRules.MaxBytes"/>.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class DocumentSize
{
    /// <summary>Bytes of the document in compact form, with sealed values by their plain text and numbers written out.</summary>
    /// <param name="json">A document that was accepted, or is composed of such.</param>
    public static int Of(ReadOnlySpan<byte> json) => Measure(json, isChecked: true);

    /// <summary>In place of a length.</summary>
    internal const int TooDeep = -1;

    /// <summary>
    /// The least that a document which was not checked yet has by that measure: without its masks. <see cref="TooDeep"/> for one that is nested
    /// deeper than <see cref="Validation.MaxDepth"/>, so that no room is made for its levels.
    /// </summary>
    internal static int LeastOf(ReadOnlySpan<byte> json) => Measure(json, isChecked: false);

    private static int Measure(ReadOnlySpan<byte> json, bool isChecked)
    {
        var scratch = DocumentScratch.Rent();
        try
        {
            return Measure(new DocumentCursor(json, scratch, judges: false), scratch.Replacement, isChecked);
        }
        finally
        {
            scratch.Return();
        }
    }

    private static int Measure(DocumentCursor cursor, Utf8Buffer escaped, bool isChecked)
    {
        var bytes = 0;
        var needsComma = false;
        while (cursor.Read())
        {
            var token = cursor.TokenType;
            if (!isChecked && cursor.Depth > Validation.MaxDepth) return TooDeep;
            var isEnd = token is JsonTokenType.EndObject or JsonTokenType.EndArray;
            if (needsComma && !isEnd) bytes++;
            needsComma = token is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
            bytes += token switch
            {
                JsonTokenType.PropertyName => NameLength(ref cursor, escaped) + 1,
                JsonTokenType.String => TextLength(ref cursor, escaped, isChecked),
                JsonTokenType.Number => isChecked ? JsonNumber.LengthWrittenOut(cursor.Raw)
                    : JsonNumber.IsStorable(cursor.Raw) ? Math.Min(cursor.Raw.Length, JsonNumber.LengthWrittenOut(cursor.Raw)) : 1,
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

    private static int TextLength(ref DocumentCursor cursor, Utf8Buffer escaped, bool isChecked)
    {
        cursor.TryDecode(out var text);
        if (!isChecked && MaskText.IsMask(text, isSecretPlace: true)) return 2;
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
