using System.Text.Json;

namespace Nexus.Secrets;

/// <summary>Decides about each string of a document.</summary>
internal interface IStringVisitor
{
    /// <summary>Looks at a string and may replace it.</summary>
    /// <param name="cursor">Its place.</param>
    /// <param name="text">The string without escapes, or as written where <paramref name="isText"/> is false.</param>
    /// <param name="isText">False when the string holds half a surrogate pair and so is no text.</param>
    /// <param name="replacement">Empty. Takes the new text.</param>
    /// <returns>Whether the string is replaced.</returns>
    bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement);
}

/// <summary>Replaces strings of a document that is stored already, or that nobody has checked yet. Everything else keeps its bytes; no limits apply.</summary>
internal static class DocumentRewriter
{
    /// <summary>The document with the strings that the visitor replaced, or null when it replaced none.</summary>
    /// <exception cref="JsonException">The document is not JSON.</exception>
    public static byte[]? Rewrite<T>(ReadOnlySpan<byte> json, T visitor, bool isSecret = false)
        where T : IStringVisitor
    {
        var scratch = DocumentScratch.Rent();
        try
        {
            var cursor = new DocumentCursor(json, scratch, isSecret);
            var copied = 0;
            while (cursor.Read())
            {
                if (cursor.TokenType == JsonTokenType.PropertyName)
                {
                    cursor.TryDecode(out var name);
                    cursor.EnterProperty(name);
                }
                else if (cursor.TokenType == JsonTokenType.String)
                {
                    var isText = cursor.TryDecode(out var text);
                    scratch.Replacement.Clear();
                    if (!visitor.Visit(ref cursor, text, isText, scratch.Replacement)) continue;
                    scratch.Output.Append(json[copied..cursor.Start]);
                    JsonString.Write(scratch.Output, scratch.Replacement.Written);
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
}
