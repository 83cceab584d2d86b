using System.Text;
using Nexus.Errors;

namespace Nexus.Secrets;

/// <summary>Opens every sealed value. A token that adoption could not open is not passed off as the secret.</summary>
internal readonly struct DocumentOpener(DocumentSealer sealer, SealContext context) : IStringVisitor
{
    public static bool Judges => false;

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        if (FernetToken.IsToken(text))
            throw new SecretUnreadableException($"{context}{Encoding.UTF8.GetString(cursor.Pointer())}",
                null, "the stored value is a legacy token that was made with another key; add that key to the key ring and migrate the database");
        if (!SealedFormat.HasPrefix(text))
        {
            if (SealedNames.IsPlain(ref cursor, context, text))
                throw new SecretUnreadableException($"{context}{Encoding.UTF8.GetString(cursor.Pointer())}", null, DocumentSealer.PlainStored);
            return false;
        }
        var pointer = cursor.Pointer();
        var result = sealer.Open(context, pointer, text, replacement);
        return result == OpenResult.Opened ? true : throw sealer.Unreadable(result, context, pointer, text);
    }
}

/// <summary>Opens every sealed value that opens. Masks and remembers the others, and plain text where only a sealed value may stand.</summary>
internal readonly struct DocumentReadableOpener(DocumentSealer sealer, SealContext context, ICollection<string> unreadable) : IStringVisitor
{
    public static bool Judges => false;

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        var isSealed = SealedFormat.HasPrefix(text);
        if (!isSealed && !FernetToken.IsToken(text) && !SealedNames.IsPlain(ref cursor, context, text)) return false;
        var pointer = cursor.Pointer();
        if (isSealed && sealer.Open(context, pointer, text, replacement) == OpenResult.Opened) return true;
        replacement.Clear();
        sealer.Masks.Write(context, text, replacement);
        unreadable.Add($"{context}{Encoding.UTF8.GetString(pointer)}");
        return true;
    }
}

/// <summary>Seals again what another key than the primary sealed, or what is bound to the place of an earlier version.</summary>
internal readonly struct DocumentResealer(DocumentSealer sealer, SealContext context) : IStringVisitor
{
    public static bool Judges => false;

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        if (!SealedFormat.HasPrefix(text)) return false;
        var isUnderPrimary = SealedFormat.KeyIdOf(text) == sealer.Sealer.Keys.PrimaryId;
        if (isUnderPrimary && context.FormerRow is null) return false;
        var pointer = cursor.Pointer();
        if (isUnderPrimary && sealer.Sealer.IsBoundToPresentPlace(context, pointer, text)) return false;
        var result = sealer.Reseal(context, pointer, text, replacement);
        return result == OpenResult.Opened ? true : throw sealer.Unreadable(result, context, pointer, text);
    }
}

/// <summary>Puts a mask over every secret, sealed or not: with a tag where the document is a stored one.</summary>
internal readonly struct DocumentMasker(MaskTags? tags, SealContext record) : IStringVisitor
{
    public static bool Judges => true;

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        if (!IsHidden(ref cursor, text)) return false;
        if (tags is null) replacement.Append(MaskText.Stars);
        else tags.Write(record, text, replacement);
        return true;
    }

    /// <summary>Whether a string is shown as a mask.</summary>
    public static bool IsHidden(ref DocumentCursor cursor, ReadOnlySpan<byte> text) =>
        !text.IsEmpty && (SealedFormat.HasPrefix(text) || cursor.IsSecret);
}

/// <summary>Replaces nothing and remembers what is sealed.</summary>
internal sealed class SealedValueFinder : IStringVisitor
{
    public static bool Judges => false;

    public List<(string Pointer, string? KeyId)> Values { get; } = [];

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        if (SealedFormat.HasPrefix(text)) Values.Add((Encoding.UTF8.GetString(cursor.Pointer()), SealedFormat.KeyIdOf(text)));
        return false;
    }
}
