using System.Text;

namespace Nexus.Secrets;

/// <summary>Opens every sealed value. A token that adoption could not open is not passed off as the secret.</summary>
internal readonly struct DocumentOpener(DocumentSealer sealer, SealContext context) : IStringVisitor
{
    public static bool Judges => false;

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        if (FernetToken.IsToken(text))
            throw new SecretUnreadableException($"{context}{Encoding.UTF8.GetString(cursor.Pointer())}", null, "the stored value is a legacy token that was made with another key; run nexus migrate with that key among the given ones");
        if (!SealedFormat.HasPrefix(text)) return false;
        var pointer = cursor.Pointer();
        var result = sealer.Open(context, pointer, text, replacement);
        return result == OpenResult.Opened ? true : throw sealer.Unreadable(result, context, pointer, text);
    }
}

/// <summary>Seals again what another key than the primary sealed.</summary>
internal readonly struct DocumentResealer(DocumentSealer sealer, SealContext context) : IStringVisitor
{
    public static bool Judges => false;

    private readonly Utf8Buffer _plain = new();

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        if (!SealedFormat.HasPrefix(text) || SealedFormat.KeyIdOf(text) == sealer.Sealer.Keys.PrimaryId) return false;
        var pointer = cursor.Pointer();
        var result = sealer.Open(context, pointer, text, _plain);
        if (result != OpenResult.Opened) throw sealer.Unreadable(result, context, pointer, text);
        sealer.Seal(context, pointer, _plain.Written, replacement);
        _plain.Clear();
        return true;
    }
}

/// <summary>Puts the mask over every secret, sealed or not.</summary>
internal readonly struct DocumentMasker : IStringVisitor
{
    public static bool Judges => true;

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        if (!SealedFormat.HasPrefix(text) && !cursor.IsSecret) return false;
        replacement.Append(DocumentSealer.MaskUtf8);
        return true;
    }
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
