using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Nexus.Secrets;

/// <summary>Seals and opens the secrets inside JSON documents, each bound to its place: the column followed by its JSON pointer (RFC 6901).</summary>
/// <remarks>Which texts, numbers and lists are secrets is decided by <see cref="DocumentJudgement"/>. A number or list is sealed as <see cref="SealedJson"/>. What is not touched keeps its bytes.</remarks>
internal sealed class DocumentSealer(Sealer sealer)
{
    /// <summary>Seals the single values.</summary>
    public Sealer Sealer { get; } = sealer;

    /// <summary><see cref="Secret.Mask"/> in UTF-8.</summary>
    internal static ReadOnlySpan<byte> MaskUtf8 => "********"u8;

    /// <summary>Checks a document that a caller gave and seals its secrets. Empty strings are never sealed; sealed values must open at their place and stay.</summary>
    /// <param name="context">
    /// The place of the document; its field is the column. A field with a secret's name behind the column (<c>value/telegram_token</c>) makes every
    /// text, number and list of the document a secret.
    /// </param>
    /// <param name="json">The document in UTF-8.</param>
    /// <param name="rules">What it may be.</param>
    /// <returns>The document in compact form, members in the order given.</returns>
    /// <exception cref="NexusValidationException">
    /// Not JSON, not UTF-8, too long, not an object where it must be one, nested too deep, a name twice in an object, NUL or half a surrogate pair in a
    /// text, a number out of bounds, a mask or a sealed value that does not belong: names the path.
    /// </exception>
    public byte[] Accept(SealContext context, ReadOnlySpan<byte> json, DocumentRules rules)
    {
        if (json.Length > rules.MaxBytes) throw TooLong(rules, json.Length);
        if (!Utf8.IsValid(json)) throw new NexusValidationException(rules.Field, $"must be UTF-8: byte {FirstInvalidByte(json) + 1} is not");
        if (rules.MustBeObject && json.TrimStart(" \t\r\n"u8) is [not (byte)'{', ..]) throw new NexusValidationException(rules.Field, "must be a JSON object");
        var scratch = DocumentScratch.Rent();
        try
        {
            new DocumentAcceptor(this, context, json, rules, scratch).Run();
            return scratch.Output.Written.ToArray();
        }
        catch (JsonException e)
        {
            throw new NexusValidationException(rules.Field, $"must be JSON, {PositionOf(e)}");
        }
        finally
        {
            scratch.Return();
        }
    }

    /// <summary>The document with every sealed value in plain text.</summary>
    /// <exception cref="SecretUnreadableException">A sealed value does not open, or a legacy token was never adopted.</exception>
    public byte[] Open(SealContext context, ReadOnlySpan<byte> json) =>
        ContainsSealed(json) || json.IndexOf("\"gAAAA"u8) >= 0 ? DocumentRewriter.Rewrite(json, new DocumentOpener(this, context)) ?? json.ToArray() : json.ToArray();

    /// <summary>
    /// The document with <see cref="Secret.Mask"/> in place of every sealed value and of every secret in plain text, so that a document which a caller
    /// made is as safe to show as a stored one. Text that is not JSON becomes the mask as a whole.
    /// </summary>
    public static byte[] Mask(ReadOnlySpan<byte> json)
    {
        try
        {
            return DocumentRewriter.Rewrite(json, new DocumentMasker()) ?? json.ToArray();
        }
        catch (JsonException)
        {
            return [(byte)'"', .. MaskUtf8, (byte)'"'];
        }
    }

    /// <summary>The document with every value under the primary key, or null when that is so already.</summary>
    /// <exception cref="SecretUnreadableException">A sealed value does not open.</exception>
    public byte[]? Reseal(SealContext context, ReadOnlySpan<byte> json) =>
        NamesOtherKey(json) ? DocumentRewriter.Rewrite(json, new DocumentResealer(this, context)) : null;

    /// <summary>Whether a sealed value may be in the document. Never misses one; a text that happens to hold <c>"nx1.</c> counts too.</summary>
    public static bool ContainsSealed(ReadOnlySpan<byte> json) => json.IndexOf("\"nx1."u8) >= 0;

    /// <summary>The sealed values of a stored document.</summary>
    /// <returns>The JSON pointer of each, and the key id that it names; null where it was cut before that.</returns>
    public static IReadOnlyList<(string Pointer, string? KeyId)> SealedValues(ReadOnlySpan<byte> json)
    {
        if (!ContainsSealed(json)) return [];
        var found = new SealedValueFinder();
        DocumentRewriter.Rewrite(json, found);
        return found.Values;
    }

    /// <summary>
    /// Seals the secrets of a document as the legacy left it: plain texts, and Fernet tokens under any name. Nothing is refused: what cannot be converted
    /// stays as it is and is reported.
    /// </summary>
    /// <param name="context">As in <see cref="Accept"/>.</param>
    /// <param name="json">The document.</param>
    public LegacyDocument AcceptLegacy(SealContext context, ReadOnlySpan<byte> json)
    {
        var converter = new LegacyConverter(this, context);
        try
        {
            var converted = DocumentRewriter.Rewrite(json, converter, SecretFields.KindOfPlace(context.Field)) ?? json.ToArray();
            return new LegacyDocument(converted, converter.Sealed, converter.Problems);
        }
        catch (JsonException e)
        {
            return new LegacyDocument(json.ToArray(), 0, [("", $"is not JSON, {PositionOf(e)}")]);
        }
    }

    /// <summary>Appends a text sealed for a place.</summary>
    internal void Seal(SealContext context, ReadOnlySpan<byte> pointer, ReadOnlySpan<byte> text, Utf8Buffer output)
    {
        using var scratch = new Scratch(text.Length + SealedFormat.Overhead, stackalloc byte[Scratch.StackLimit]);
        using var place = new Scratch(SealedFormat.MaxPlaceLength(context, pointer.Length), stackalloc byte[Scratch.StackLimit]);
        text.CopyTo(scratch.Bytes[SealCipher.TextOf(text.Length)]);
        Sealer.Cipher.Seal(place.Bytes[..SealedFormat.WritePlace(context, pointer, place.Bytes)], scratch.Bytes);
        SealedFormat.Write(Sealer.Keys.PrimaryId, scratch.Bytes, output.Extend(SealedFormat.TextLength(scratch.Bytes.Length)));
    }

    /// <summary>Appends the plain text of a sealed one.</summary>
    internal OpenResult Open(SealContext context, ReadOnlySpan<byte> pointer, ReadOnlySpan<byte> text, Utf8Buffer output)
    {
        using var place = new Scratch(SealedFormat.MaxPlaceLength(context, pointer.Length), stackalloc byte[Scratch.StackLimit]);
        var start = output.Length;
        var result = Sealer.Cipher.TryOpen(place.Bytes[..SealedFormat.WritePlace(context, pointer, place.Bytes)], text, output.Extend(text.Length), out var written);
        output.Truncate(start + written);
        return result;
    }

    /// <summary>Whether a sealed text opens at a place.</summary>
    internal bool Opens(SealContext context, ReadOnlySpan<byte> pointer, ReadOnlySpan<byte> text, Utf8Buffer scratch)
    {
        var start = scratch.Length;
        var result = Open(context, pointer, text, scratch);
        scratch.Truncate(start);
        return result == OpenResult.Opened;
    }

    /// <summary>The error for a value inside a document that did not open.</summary>
    internal SecretUnreadableException Unreadable(OpenResult result, SealContext context, ReadOnlySpan<byte> pointer, ReadOnlySpan<byte> text) =>
        Sealer.Unreadable(result, $"{context}{Encoding.UTF8.GetString(pointer)}", SealedFormat.KeyIdOf(text));

    private bool NamesOtherKey(ReadOnlySpan<byte> json)
    {
        Span<byte> primary = stackalloc byte[SealedFormat.IdLength];
        Encoding.ASCII.GetBytes(Sealer.Keys.PrimaryId, primary);
        for (int i; (i = json.IndexOf("\"nx1."u8)) >= 0;)
        {
            json = json[(i + "\"nx1.".Length)..];
            if (!json.StartsWith(primary)) return true;
        }
        return false;
    }

    private static NexusValidationException TooLong(DocumentRules rules, int length) =>
        new(rules.Field, $"must be at most {rules.MaxBytes} bytes{(rules.MaxBytes % 1024 == 0 ? $" ({rules.MaxBytes / 1024} KiB)" : "")}, not {length}", tooLarge: true);

    /// <summary>Without the parser's own words, which may quote the document.</summary>
    private static string PositionOf(JsonException e) => $"and is not at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";

    private static int FirstInvalidByte(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }
}
