using System.Text;
using System.Text.Json;

namespace Nexus.Secrets;

/// <summary>Seals what older rules left in plain text, and notes the fields.</summary>
internal sealed class DocumentScanner(DocumentSealer sealer, SealContext context, bool sealsUnexpected) : IStringVisitor
{
    private readonly List<string> _fields = [];
    private readonly List<(string Field, string Pointer)> _unexpected = [];

    public static bool Judges => true;

    /// <summary>Looks through a document. Sealed values stay, and so do legacy tokens, which the adoption of a legacy database opens.</summary>
    /// <param name="sealer">Seals.</param>
    /// <param name="context">The place of the document.</param>
    /// <param name="json">The document.</param>
    /// <param name="sealsUnexpected">
    /// Also seals plain text under <see cref="SealedNames"/>. Anyone who can write to the store can put it there, and sealing
    /// it would make it trusted.
    /// </param>
    public static ScannedDocument Scan(DocumentSealer sealer, SealContext context, ReadOnlySpan<byte> json, bool sealsUnexpected)
    {
        var scanner = new DocumentScanner(sealer, context, sealsUnexpected);
        var changed = DocumentRewriter.Rewrite(json, scanner, SecretFields.KindOfPlace(context.Field));
        return new ScannedDocument(changed, scanner._fields, scanner._unexpected, CountSecretNames(json));
    }

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        if (!cursor.IsSecret || !isText || SealedFormat.HasPrefix(text) || FernetToken.IsToken(text)) return false;
        var field = FieldOf(cursor.Path(""));
        if (SealedNames.IsPlain(ref cursor, context, text))
        {
            _unexpected.Add((field, Encoding.UTF8.GetString(cursor.Pointer())));
            if (!sealsUnexpected) return false;
        }
        else _fields.Add(field);
        sealer.Seal(context, cursor.Pointer(), text, replacement);
        return true;
    }

    private static int CountSecretNames(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var found = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && SecretFields.IsSecretAsName(reader.ValueSpan)) found++;
        }
        return found;
    }

    /// <summary>The last name of a path: the names before it may be ids of users.</summary>
    private static string FieldOf(string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        var list = name.IndexOf('[', StringComparison.Ordinal);
        return list < 0 ? name : $"{name[..list]}[]";
    }
}
