using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>Seals and opens the secrets inside JSON documents, each bound to its place: the column followed by its JSON pointer (RFC 6901).</summary>
/// <remarks>
/// Which texts, numbers and lists are secrets is decided by <see cref="DocumentJudgement"/>. A number or list is sealed as <see cref="SealedJson"/>.
/// What is not touched keeps its bytes.
/// </remarks>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed class DocumentSealer(Sealer sealer)
{
    /// <summary>
    /// How many times longer than its limit a document may be given: a secret of one character makes a sealed value of 73, a mask of 30, and
    /// what stands between values may be blank.
    /// </summary>
    private const int MaxGrowth = 16;

    /// <summary>Seals the single values.</summary>
    public Sealer Sealer { get; } = sealer;

    /// <summary>Makes the masks of stored secrets.</summary>
    internal MaskTags Masks { get; } = new(sealer.Keys);

    internal const string PlainStored = "is stored in plain text where only a sealed value is allowed: something other than Nexus wrote it; " +
        "save the secret again";

    /// <summary>
    /// Checks a document that a caller gave and seals its secrets. Empty strings are never sealed; sealed values must open at their place and stay.
    /// </summary>
    /// <param name="context">
    /// The place of the document; its field is the column. A field with a secret's name behind the column (<c>value/telegram_token</c>) makes every
    /// text, number and list of the document a secret.
    /// </param>
    /// <param name="json">The document in UTF-8.</param>
    /// <param name="rules">What it may be.</param>
    /// <returns>The document in compact form, members in the order given.</returns>
    /// <exception cref="NexusValidationException">
    /// Not JSON, not UTF-8, too long, not an object where it must be one, nested too deep, a name twice in an object, NUL or half a surrogate pair in
    /// a text, a number out of bounds, a mask or a sealed value that does not belong: names the path.
    /// </exception>
    internal byte[] Accept(SealContext context, ReadOnlySpan<byte> json, DocumentRules rules)
    {
        if (json.Length > (long)MaxGrowth * rules.MaxBytes) throw TooLong(rules, json.Length);
        if (!Utf8.IsValid(json)) throw new NexusValidationException(rules.Field, $"must be UTF-8: byte {FirstInvalidByte(json) + 1} is not");
        if (rules.MustBeObject && json.TrimStart(" \t\r\n"u8) is [not (byte)'{', ..])
            throw new NexusValidationException(rules.Field, "must be a JSON object");
        var scratch = DocumentScratch.Rent();
        try
        {
            // Judging costs more than measuring, in memory too, and what is too long or too deep is not judged.
            if (json.Length > rules.MaxBytes)
            {
                var length = DocumentSize.LeastOf(json);
                if (length == DocumentSize.TooDeep) throw TooDeep(rules);
                if (length > rules.MaxBytes) throw TooLong(rules, length);
            }
            new DocumentValidator(this, context, json, rules, scratch).Run();
            return scratch.Output.Written.ToArray();
        }
        catch (JsonException e)
        {
            throw new NexusValidationException(rules.Field, $"must be JSON; {PositionOf(e)}");
        }
        finally
        {
            scratch.Return();
        }
    }

    /// <summary>The document with every sealed value in plain text.</summary>
    /// <exception cref="SecretUnreadableException">A sealed value does not open, or a legacy token was never adopted.</exception>
    public byte[] Open(SealContext context, ReadOnlySpan<byte> json) => DocumentRewriter.Rewrite(json, new DocumentOpener(this, context))
        ?? json.ToArray();

    /// <summary>
    /// What stands at the place of a sealed value in a document that a store, an outbox or an export holds: the first that must not; null for none.
    /// </summary>
    internal SealFault? FindFault(SealContext context, ReadOnlySpan<byte> json) =>
        FindFirst(json, new SealFaultFinder(this, context, isPlainOnly: false));

    /// <summary>As <see cref="FindFault"/>, of plain text alone.</summary>
    public SealFault? FindPlain(SealContext context, ReadOnlySpan<byte> json) =>
        FindFirst(json, new SealFaultFinder(this, context, isPlainOnly: true));

    /// <summary>Looks at every sealed value and at every plain text that should be one.</summary>
    /// <param name="context">The place of the document.</param>
    /// <param name="json">The document as it is stored.</param>
    /// <param name="opened">Told the key id of each value that opens.</param>
    public IReadOnlyList<SealFault> FindFaults(SealContext context, ReadOnlySpan<byte> json, Action<string> opened)
    {
        var finder = new EverySealFaultFinder(this, context, opened);
        DocumentRewriter.Rewrite(json, finder, SecretFields.KindOfPlace(context.Field));
        return finder.Faults;
    }

    /// <summary>
    /// The document with every sealed value in plain text that opens. One that does not shows its mask, and its place is added to the list; so does
    /// plain text where only a sealed value may stand.
    /// </summary>
    /// <returns>Null where it is the given document.</returns>
    internal byte[]? Open(SealContext context, ReadOnlySpan<byte> json, ICollection<string> unreadable) =>
        DocumentRewriter.Rewrite(json, new DocumentReadableOpener(this, context, unreadable));

    /// <summary>
    /// The document with <see cref="Secret.Mask"/> in place of every sealed value and of every secret in plain text, so that a document which a
    /// caller made is as safe to show as a stored one. Text that is not JSON becomes the mask as a whole.
    /// </summary>
    internal static byte[] Mask(ReadOnlySpan<byte> json)
    {
        try
        {
            return DocumentRewriter.Rewrite(json, new DocumentMasker(null, default)) ?? json.ToArray();
        }
        catch (JsonException)
        {
            return [(byte)'"', .. MaskText.Stars, (byte)'"'];
        }
    }

    /// <summary>
    /// As <see cref="Mask(ReadOnlySpan{byte})"/> for a stored document: each mask carries the tag that says which secret of the record it stands for.
    /// </summary>
    internal byte[] Mask(SealContext context, ReadOnlySpan<byte> json) => MaskSecrets(context, json) ?? json.ToArray();

    /// <summary>As <see cref="Mask(SealContext, ReadOnlySpan{byte})"/>; null where the document has no secret.</summary>
    internal byte[]? MaskSecrets(SealContext context, ReadOnlySpan<byte> json)
    {
        try
        {
            return DocumentRewriter.Rewrite(json, new DocumentMasker(Masks, context), SecretFields.KindOfPlace(context.Field));
        }
        catch (JsonException)
        {
            return [(byte)'"', .. MaskText.Stars, (byte)'"'];
        }
    }

    /// <summary>The document with every value under the primary key and bound to its present place, or null when that is so already.</summary>
    /// <exception cref="SecretUnreadableException">A sealed value does not open.</exception>
    public byte[]? Reseal(SealContext context, ReadOnlySpan<byte> json) =>
        NamesOtherKey(json) || (context.FormerRow is not null && Sealer.OpensFormerSeals && ContainsSealed(json))
            ? DocumentRewriter.Rewrite(json, new DocumentResealer(this, context)) : null;

    /// <summary>Whether a sealed value may be in the document. Never misses one; a text that happens to hold <c>"nx1.</c> counts too.</summary>
    internal static bool ContainsSealed(ReadOnlySpan<byte> json) => json.IndexOf("\"nx1."u8) >= 0;

    /// <summary>The sealed values of a stored document.</summary>
    /// <returns>The JSON pointer of each, and the key id that it names; null where it was cut before that.</returns>
    internal static IReadOnlyList<(string Pointer, string? KeyId)> SealedValues(ReadOnlySpan<byte> json)
    {
        if (!ContainsSealed(json)) return [];
        var found = new SealedValueFinder();
        DocumentRewriter.Rewrite(json, found);
        return found.Values;
    }

    /// <summary>
    /// Seals the secrets of a document as the legacy left it: plain texts, and Fernet tokens under any name. Nothing is refused: what cannot be
    /// converted stays as it is and is reported.
    /// </summary>
    /// <param name="context">As in <see cref="Accept"/>.</param>
    /// <param name="json">The document.</param>
    /// <param name="maySeal">Asked about the field and the text of each value that is not sealed; all of them where it is left out.</param>
    public LegacyDocument AcceptLegacy(SealContext context, ReadOnlySpan<byte> json, Func<string, string, bool>? maySeal = null)
    {
        var converter = new LegacyConverter(this, context, maySeal);
        try
        {
            var converted = DocumentRewriter.Rewrite(json, converter, SecretFields.KindOfPlace(context.Field)) ?? json.ToArray();
            return new LegacyDocument(converted, converter.Sealed, converter.Problems);
        }
        catch (JsonException e)
        {
            return new LegacyDocument(json.ToArray(), 0, [("", $"is not JSON; {PositionOf(e)}")]);
        }
    }

    /// <summary>Looks through a stored document and seals what older rules left in plain text. Sealed values and legacy tokens stay.</summary>
    /// <param name="context">As in <see cref="Accept"/>.</param>
    /// <param name="json">The document.</param>
    /// <param name="sealsUnexpected">
    /// Also seals plain text where every version has sealed. Anyone who can write to the store can put it there, and sealing it would make it
    /// trusted.
    /// </param>
    public ScannedDocument Scan(SealContext context, ReadOnlySpan<byte> json, bool sealsUnexpected) =>
        DocumentScanner.Scan(this, context, json, sealsUnexpected);

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
        var start = output.Length;
        var result = Sealer.TryOpen(context, pointer, text, output.Extend(text.Length), out var written);
        output.Truncate(start + written);
        return result;
    }

    /// <summary>Appends the same text sealed for another place, so that its mask stays what it is; a text that was never sealed is sealed.</summary>
    /// <returns>False where it does not open.</returns>
    internal bool TryMove((SealContext Context, string Pointer, byte[] Value) from, SealContext context, string pointer, Utf8Buffer output)
    {
        var target = Encoding.UTF8.GetBytes(pointer);
        if (!SealedFormat.HasPrefix(from.Value))
        {
            Seal(context, target, from.Value, output);
            return true;
        }
        Span<byte> head = stackalloc byte[SealedFormat.SaltLength + SealedFormat.NonceLength];
        var plain = new Utf8Buffer();
        if (Open(from.Context, Encoding.UTF8.GetBytes(from.Pointer), from.Value, plain) != OpenResult.Opened
            || !SealedFormat.TryReadHead(from.Value, head)) return false;
        using var scratch = new Scratch(plain.Length + SealedFormat.Overhead, stackalloc byte[Scratch.StackLimit]);
        using var place = new Scratch(SealedFormat.MaxPlaceLength(context, target.Length), stackalloc byte[Scratch.StackLimit]);
        plain.Written.CopyTo(scratch.Bytes[SealCipher.TextOf(plain.Length)]);
        plain.Clear();
        Sealer.Cipher.SealMoved(place.Bytes[..SealedFormat.WritePlace(context, target, place.Bytes)], head[SealedFormat.SaltLength..], scratch.Bytes);
        SealedFormat.Write(Sealer.Keys.PrimaryId, scratch.Bytes, output.Extend(SealedFormat.TextLength(scratch.Bytes.Length)));
        return true;
    }

    /// <summary>Whether two stored values hold the same text. One that does not open is the same as nothing but itself.</summary>
    internal bool IsSameSecret((SealContext Context, string Pointer, byte[] Value) one, (SealContext Context, string Pointer, byte[] Value) other)
    {
        if (one.Value.AsSpan().SequenceEqual(other.Value)) return true;
        var (left, right) = (new Utf8Buffer(), new Utf8Buffer());
        var isSame = TryReveal(one, left) && TryReveal(other, right) && left.Written.SequenceEqual(right.Written);
        left.Clear();
        right.Clear();
        return isSame;
    }

    /// <summary>Appends a sealed text under the primary key and for its present place. One that another key sealed keeps its mask.</summary>
    internal OpenResult Reseal(SealContext context, ReadOnlySpan<byte> pointer, ReadOnlySpan<byte> text, Utf8Buffer output)
    {
        Span<byte> head = stackalloc byte[SealedFormat.SaltLength + SealedFormat.NonceLength];
        var plain = new Utf8Buffer();
        var result = Open(context, pointer, text, plain);
        if (result != OpenResult.Opened) return result;
        if (SealedFormat.KeyIdOf(text) == Sealer.Keys.PrimaryId || !SealedFormat.TryReadHead(text, head))
        {
            // A nonce is used once under a key, so that what stays under its key and changes its place gets a new one.
            Seal(context, pointer, plain.Written, output);
            plain.Clear();
            return result;
        }
        using var scratch = new Scratch(plain.Length + SealedFormat.Overhead, stackalloc byte[Scratch.StackLimit]);
        using var place = new Scratch(SealedFormat.MaxPlaceLength(context, pointer.Length), stackalloc byte[Scratch.StackLimit]);
        plain.Written.CopyTo(scratch.Bytes[SealCipher.TextOf(plain.Length)]);
        plain.Clear();
        Sealer.Cipher.SealRotated(place.Bytes[..SealedFormat.WritePlace(context, pointer, place.Bytes)], head, scratch.Bytes);
        SealedFormat.Write(Sealer.Keys.PrimaryId, scratch.Bytes, output.Extend(SealedFormat.TextLength(scratch.Bytes.Length)));
        return result;
    }

    private bool TryReveal((SealContext Context, string Pointer, byte[] Value) secret, Utf8Buffer output)
    {
        if (SealedFormat.HasPrefix(secret.Value))
            return Open(secret.Context, Encoding.UTF8.GetBytes(secret.Pointer), secret.Value, output) == OpenResult.Opened;
        output.Append(secret.Value);
        return true;
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

    private static SealFault? FindFirst(ReadOnlySpan<byte> json, SealFaultFinder finder)
    {
        DocumentRewriter.Rewrite(json, finder);
        return finder.Fault;
    }

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

    /// <summary>The error for a document with too many levels.</summary>
    internal static NexusValidationException TooDeep(DocumentRules rules) =>
        new(rules.Field, $"must be nested at most {Validation.MaxDepth} levels deep");

    /// <summary>The error for a document that is too long.</summary>
    internal static NexusValidationException TooLong(DocumentRules rules, int length) =>
        new(rules.Field, $"must be at most {rules.MaxBytes} bytes{(rules.MaxBytes % 1024 == 0 ? $" ({rules.MaxBytes / 1024} KiB)" : "")}, not " +
            $"{length}", tooLarge: true);

    /// <summary>Without the parser's own words, which may quote the document.</summary>
    private static string PositionOf(JsonException e) => $"the error is at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";

    private static int FirstInvalidByte(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }
}
