using System.Text;
using Nexus.Errors;

namespace Nexus.Secrets;

/// <summary>A stored record whose masks come back: puts each secret where its mask is now, wherever in the record that is.</summary>
internal sealed class MaskedRecord(DocumentSealer documents)
{
    private readonly Dictionary<string, MaskedSecret> _secrets = new(StringComparer.Ordinal);

    /// <summary>Adds the secrets of a stored document.</summary>
    public MaskedRecord Add(SealContext column, ReadOnlyMemory<byte> document)
    {
        if (!document.IsEmpty) DocumentRewriter.Rewrite(document.Span, new SecretCollector(this, column), SecretFields.KindOfPlace(column.Field));
        return this;
    }

    /// <summary>Adds a secret that is a column of its own.</summary>
    public MaskedRecord Add(SealContext column, string? value)
    {
        if (!string.IsNullOrEmpty(value)) Add(column, "", Encoding.UTF8.GetBytes(value), isPlanted: !Sealer.IsSealed(value));
        return this;
    }

    /// <summary>The document with the secrets that its masks stand for, each sealed for its place; null where it holds no mask.</summary>
    /// <exception cref="NexusValidationException">
    /// A mask stands for nothing in this record, or the document is too long with its secrets: names the path.
    /// </exception>
    public byte[]? Resolve(SealContext column, ReadOnlyMemory<byte> document, DocumentRules rules)
    {
        if (!MaskText.MayBeIn(document.Span)) return null;
        var visitor = new MaskResolver(this, column, rules.Field);
        if (DocumentRewriter.Rewrite(document.Span, visitor, SecretFields.KindOfPlace(column.Field)) is not { } resolved) return null;
        // A mask is short and may stand for a long secret many times.
        var length = DocumentSize.Of(resolved);
        return length <= rules.MaxBytes
            ? resolved
            : throw new NexusValidationException(
                rules.Field, $"must be at most {rules.MaxBytes} bytes with the secrets that its masks stand for, not {length}", tooLarge: true);
    }

    /// <summary>The value of a column that may be a mask.</summary>
    /// <exception cref="NexusValidationException">The mask stands for nothing in this record.</exception>
    public string? ResolveValue(SealContext column, string? value, string field)
    {
        if (value is null || !MaskText.IsMask(value)) return value;
        var output = new Utf8Buffer();
        if (Place(column, "", value, output) is { } reason) throw new NexusValidationException(field, reason);
        return Encoding.UTF8.GetString(output.Written);
    }

    private void Add(SealContext column, string pointer, byte[] value, bool isPlanted)
    {
        foreach (var mask in documents.Masks.AllOf(column, value))
        {
            if (!_secrets.TryGetValue(mask, out var known)) _secrets[mask] = known = new MaskedSecret(documents);
            known.Add(column, pointer, value, isPlanted);
        }
    }

    /// <summary>Appends the secret that a mask stands for, sealed for its place.</summary>
    /// <returns>Why the mask is refused; null where it is not.</returns>
    private string? Place(SealContext column, string pointer, string mask, Utf8Buffer output)
    {
        if (!_secrets.TryGetValue(mask, out var known)) return MaskText.Unknown;
        var secret = known.At(column, pointer);
        if (!known.IsOne) return "is a mask that stands for more than one secret of this record: send the secret itself";
        if (secret.Column == column && secret.Pointer == pointer) output.Append(secret.Value);
        // Moving seals, and somebody who has no key may have put that text there.
        else if (known.IsPlanted) return DocumentSealer.PlainStored;
        else if (!documents.TryMove((secret.Column, secret.Pointer, secret.Value), column, pointer, output))
            return "is the mask of a secret that cannot be opened with the configured keys, and so cannot be moved: leave the mask in its place, " +
                "or send the secret itself";
        return null;
    }

    private sealed class SecretCollector(MaskedRecord record, SealContext column) : IStringVisitor
    {
        public static bool Judges => true;

        public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
        {
            if (!DocumentMasker.IsHidden(ref cursor, text)) return false;
            record.Add(column, Encoding.UTF8.GetString(cursor.Pointer()), text.ToArray(), SealedNames.IsPlain(ref cursor, column, text));
            return false;
        }
    }

    private sealed class MaskResolver(MaskedRecord record, SealContext column, string field) : IStringVisitor
    {
        public static bool Judges => true;

        private int _plainBytes;

        public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
        {
            if (!MaskText.IsMask(text, cursor.IsSecret)) return false;
            if (record.Place(column, Encoding.UTF8.GetString(cursor.Pointer()), Encoding.UTF8.GetString(text), replacement) is { } reason)
                throw new NexusValidationException(cursor.Path(field), reason);
            // The document grows while it is written, so that it is not made first and measured then.
            _plainBytes += SealedFormat.PlainLength(replacement.Written);
            if (_plainBytes <= Validation.MaxDocumentBytes) return true;
            throw new NexusValidationException(
                field, $"must be at most {Validation.MaxDocumentBytes} bytes with the secrets that its masks stand for", tooLarge: true);
        }
    }
}
