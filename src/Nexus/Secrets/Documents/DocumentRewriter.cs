using System.Text.Json;

namespace Nexus.Secrets;

/// <summary>Decides about each text of a document, and about the numbers and lists that are secrets.</summary>
internal interface IStringVisitor
{
    /// <summary>Whether secrets are to be found; otherwise no number and no list is visited.</summary>
    static abstract bool Judges { get; }

    /// <summary>Looks at a text and may replace it. A secret number or list comes with <see cref="SealedJson.Mark"/> in front.</summary>
    /// <param name="cursor">Its place.</param>
    /// <param name="text">The string without escapes, or as written where <paramref name="isText"/> is false.</param>
    /// <param name="isText">False when the string holds half a surrogate pair and so is no text.</param>
    /// <param name="replacement">Empty. Takes the new text.</param>
    /// <returns>Whether the string is replaced.</returns>
    bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement);
}

/// <summary>
/// Replaces values of a document that is stored already, or that has not been checked yet. Everything else keeps its bytes; no limits apply.
/// </summary>
internal static class DocumentRewriter
{
    /// <summary>The document with the strings that the visitor replaced, or null when it replaced none.</summary>
    /// <exception cref="JsonException">The document is not JSON.</exception>
    public static byte[]? Rewrite<T>(ReadOnlySpan<byte> json, T visitor, NameKind place = NameKind.Neutral)
        where T : IStringVisitor
    {
        var scratch = DocumentScratch.Rent();
        try
        {
            var cursor = new DocumentCursor(json, scratch, T.Judges, place);
            var copied = 0;
            while (cursor.Read())
            {
                if (cursor.TokenType == JsonTokenType.PropertyName)
                {
                    cursor.TryDecode(out var name);
                    cursor.EnterProperty(name);
                }
                else if (cursor.TokenType == JsonTokenType.String
                    || (cursor.TokenType is JsonTokenType.Number or JsonTokenType.StartArray && cursor.IsSecret))
                {
                    var start = cursor.Start;
                    var isText = true;
                    ReadOnlySpan<byte> text;
                    if (cursor.TokenType == JsonTokenType.String) isText = cursor.TryDecode(out text);
                    else
                    {
                        CopyJson(ref cursor, scratch.Text);
                        text = scratch.Text.Written;
                    }
                    scratch.Replacement.Clear();
                    if (!visitor.Visit(ref cursor, text, isText, scratch.Replacement)) continue;
                    scratch.Output.Append(json[copied..start]);
                    SealedJson.Write(scratch.Output, scratch.Replacement.Written);
                    copied = cursor.End;
                }
            }
            if (copied == 0) return null;
            scratch.Output.Append(json[copied..]);
            return scratch.Output.Written.ToArray();
        }
        finally
        {
            scratch.Return();
        }
    }

    /// <summary>The current number or list in the form in which it is sealed.</summary>
    private static void CopyJson(ref DocumentCursor cursor, Utf8Buffer buffer)
    {
        var json = cursor.TokenType == JsonTokenType.Number ? cursor.Raw : cursor.SkipList();
        buffer.Clear();
        buffer.Append(SealedJson.Mark);
        buffer.Append(json);
    }
}
