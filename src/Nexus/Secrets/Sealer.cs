using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>
/// Seals single values with AES-256-GCM as <c>nx1.&lt;key id&gt;.&lt;base64url&gt;</c>, bound to their place, and opens them again. Safe for
/// concurrent use; one instance serves the whole process.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed class Sealer
{
    /// <summary>Seals under one salt before another is drawn; far below what counted nonces allow.</summary>
    private const long SealsPerSalt = 1L << 40;

    internal const string MaskGiven = $"is the mask that is shown in place of a secret (\"{Secret.Mask}\"): send the secret itself, or leave the " +
        $"field out of a patch";
    internal const string ForeignSealedValue = "is a sealed value that belongs to another row or field, was truncated, or needs a missing key";
    internal const string NulGiven = "must not contain NUL characters (U+0000)";
    internal const string LoneSurrogateGiven = "must not contain half a surrogate pair (U+D800 to U+DFFF)";

    internal static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Seals with the primary key of the ring and opens with all of them.</summary>
    public Sealer(KeyRing keys)
        : this(keys, SealsPerSalt)
    {
    }

    internal Sealer(KeyRing keys, long sealsPerSalt)
    {
        Keys = keys;
        Cipher = new SealCipher(keys, sealsPerSalt);
    }

    /// <summary>The configured keys.</summary>
    public KeyRing Keys { get; }

    internal SealCipher Cipher { get; }

    /// <summary>
    /// Whether values that an earlier version bound to <see cref="SealContext.FormerRow"/> open too. The store's canary decides
    /// (<see cref="SealFeatures.BoundTrades"/>): once everything was resealed, they do not.
    /// </summary>
    internal bool OpensFormerSeals { get; set; }

    /// <summary>Whether the value has the shape of a sealed one. A sealed value that was cut still has it.</summary>
    public static bool IsSealed([NotNullWhen(true)] string? value)
    {
        if (!HasPrefix(value)) return false;
        using var text = new Scratch(value.Length, stackalloc byte[Scratch.StackLimit]);
        return Ascii.FromUtf16(value, text.Bytes, out _) == OperationStatus.Done && SealedFormat.TrySplit(text.Bytes, out _, out _);
    }

    /// <summary>The id of the key that sealed the value, or null when it does not have the shape of a sealed one.</summary>
    public static string? KeyIdOf(string? value) => IsSealed(value) ? value.Substring(SealedFormat.Prefix.Length, SealedFormat.IdLength) : null;

    /// <summary>Whether the value is sealed under another key than the primary, so that rotation has work to do.</summary>
    public bool NeedsReseal(string? ciphertext) => KeyIdOf(ciphertext) is { } id && id != Keys.PrimaryId;

    /// <summary>Seals a plain text, the empty one too.</summary>
    /// <exception cref="NexusValidationException">The text holds a NUL character or half a surrogate pair.</exception>
    public string Seal(SealContext context, string plaintext) => Seal(context, plaintext, context.Field);

    /// <summary>Opens a sealed value.</summary>
    /// <exception cref="SecretUnreadableException">Its key is not in the ring, it was cut or altered, or it was sealed for another place.</exception>
    public string Open(SealContext context, string ciphertext)
    {
        var result = TryOpen(context, ciphertext, out var plain);
        return result == OpenResult.Opened ? plain : throw Unreadable(result, context.ToString(), KeyIdOf(ciphertext));
    }

    /// <summary>The same plain text under the primary key.</summary>
    /// <exception cref="SecretUnreadableException">As in <see cref="Open"/>.</exception>
    public string Reseal(SealContext context, string ciphertext)
    {
        var output = new Utf8Buffer();
        var result = new DocumentSealer(this).Reseal(context, [], Encoding.UTF8.GetBytes(ciphertext), output);
        return result == OpenResult.Opened ? Encoding.UTF8.GetString(output.Written)
            : throw Unreadable(result, context.ToString(), KeyIdOf(ciphertext));
    }

    /// <summary>
    /// Takes a secret that a caller handed in: plain text is sealed; a value that is sealed already must open at this place and stays as it is,
    /// which is how exports come back.
    /// </summary>
    /// <param name="context">Where the secret will stand.</param>
    /// <param name="value">What the caller gave.</param>
    /// <param name="field">The field as the caller knows it, for the error.</param>
    /// <exception cref="NexusValidationException">
    /// A sealed value that does not open here; the mask that is shown in place of a secret; a NUL character or half a surrogate pair.
    /// </exception>
    internal string Accept(SealContext context, string value, string field)
    {
        if (MaskText.IsMask(value)) throw new NexusValidationException(field, MaskGiven);
        if (!HasPrefix(value)) return Seal(context, value, field);
        return TryOpen(context, value, out _) == OpenResult.Opened ? value : throw new NexusValidationException(field, ForeignSealedValue);
    }

    /// <summary>Opens a Fernet token of the legacy with any key of the ring.</summary>
    /// <param name="token">A token: <c>gAAAA…</c>.</param>
    /// <param name="plain">What it held; empty when it cannot be opened.</param>
    /// <param name="reason">Why it cannot be opened; empty when it can.</param>
    public bool TryOpenLegacy(string token, out string plain, out string reason) => LegacyValue.TryOpenToken(Keys, token, out plain, out reason);

    /// <summary>
    /// Seals a value as a legacy row holds it: plain text, or a Fernet token. A value that is sealed already and opens here stays as it is, so that
    /// adopting twice does nothing the second time.
    /// </summary>
    /// <param name="context">Where the value stands.</param>
    /// <param name="value">What the row holds.</param>
    /// <param name="ciphertext">The sealed value; <paramref name="value"/> itself when it cannot be converted.</param>
    /// <param name="reason">Why it cannot be converted; empty when it can.</param>
    public bool TryAcceptLegacy(SealContext context, string value, out string ciphertext, out string reason)
    {
        ciphertext = value;
        reason = "";
        if (HasPrefix(value))
        {
            if (TryUnwrap(context, value, out ciphertext)) return true;
            reason = ForeignSealedValue;
            return false;
        }
        var plain = value;
        if (FernetToken.IsToken(value) && !TryOpenLegacy(value, out plain, out reason)) return false;
        if (HasPrefix(plain))
        {
            // A legacy that ran after the adoption took the sealed text for the secret and encrypted it once more.
            if (TryUnwrap(context, plain, out ciphertext)) return true;
            (ciphertext, reason) = (value, $"holds a text that {ForeignSealedValue}");
            return false;
        }
        try
        {
            ciphertext = Seal(context, plain);
            return true;
        }
        catch (NexusValidationException e)
        {
            reason = e.Reason;
            return false;
        }
    }

    /// <summary>Finds the sealed value that holds the secret itself: an older program may have sealed a sealed text as if it were a secret.</summary>
    private bool TryUnwrap(SealContext context, string value, out string ciphertext)
    {
        ciphertext = value;
        for (var layer = 0; layer < LegacyValue.MaxLayers; layer++)
        {
            if (TryOpen(context, ciphertext, out var held) != OpenResult.Opened) break;
            if (FernetToken.IsToken(held) && TryOpenLegacy(held, out var inside, out _) && HasPrefix(inside)) held = inside;
            if (!HasPrefix(held)) return true;
            ciphertext = held;
        }
        ciphertext = value;
        return false;
    }

    /// <summary>The error for a sealed text that did not open.</summary>
    internal SecretUnreadableException Unreadable(OpenResult result, string place, string? keyId) => new(place, keyId, ReasonOf(result, keyId));

    /// <summary>Why a sealed text did not open, without the place.</summary>
    internal string ReasonOf(OpenResult result, string? keyId) => result switch
    {
        OpenResult.NotSealed => "the stored value is not sealed",
        OpenResult.UnknownKey => $"sealed with key id {keyId}, which is not among the configured keys (ids {string.Join(", ", Keys.Ids)})",
        OpenResult.CutShort => $"the sealed value was truncated (key id {keyId ?? "unknown"})",
        _ => $"the sealed value was altered or truncated, or belongs to another row or field (key id {keyId})",
    };

    private static bool HasPrefix([NotNullWhen(true)] string? value) => SealedFormat.HasPrefix(value);

    private string Seal(SealContext context, string plaintext, string field)
    {
        if (plaintext.Contains('\0')) throw new NexusValidationException(field, NulGiven);
        int length;
        try
        {
            length = StrictUtf8.GetByteCount(plaintext);
        }
        catch (EncoderFallbackException)
        {
            throw new NexusValidationException(field, LoneSurrogateGiven);
        }
        using var scratch = new Scratch(length + SealedFormat.Overhead, stackalloc byte[Scratch.StackLimit]);
        using var place = new Scratch(SealedFormat.MaxPlaceLength(context, 0), stackalloc byte[Scratch.StackLimit]);
        var body = scratch.Bytes;
        StrictUtf8.GetBytes(plaintext, body[SealCipher.TextOf(length)]);
        Cipher.Seal(place.Bytes[..SealedFormat.WritePlace(context, [], place.Bytes)], body);
        return string.Create(SealedFormat.TextLength(body.Length), new SealedBody(Keys.PrimaryId, body),
            static (text, parts) => SealedFormat.Write(parts.KeyId, parts.Body, text));
    }

    private OpenResult TryOpen(SealContext context, string ciphertext, out string plain)
    {
        plain = "";
        using var text = new Scratch(ciphertext.Length, stackalloc byte[Scratch.StackLimit]);
        using var opened = new Scratch(ciphertext.Length, stackalloc byte[Scratch.StackLimit]);
        if (Ascii.FromUtf16(ciphertext, text.Bytes, out _) != OperationStatus.Done) return HasPrefix(ciphertext) ? OpenResult.CutShort
            : OpenResult.NotSealed;
        var result = TryOpen(context, [], text.Bytes, opened.Bytes, out var written);
        if (result == OpenResult.Opened) plain = Encoding.UTF8.GetString(opened.Bytes[..written]);
        return result;
    }

    /// <summary>Opens a sealed text of a document into <paramref name="plain"/>, which must be as long as the text.</summary>
    internal OpenResult TryOpen(SealContext context, ReadOnlySpan<byte> pointer, ReadOnlySpan<byte> text, Span<byte> plain, out int written)
    {
        var result = TryOpenAt(context, pointer, text, plain, out written);
        return result == OpenResult.Altered && OpensFormerSeals && context.Former is { } former ? TryOpenAt(former, pointer, text, plain, out written)
            : result;
    }

    /// <summary>Whether a sealed text of a document opens at its present place, and not only at the one of an earlier version.</summary>
    internal bool IsBoundToPresentPlace(SealContext context, ReadOnlySpan<byte> pointer, ReadOnlySpan<byte> text)
    {
        using var opened = new Scratch(text.Length, stackalloc byte[Scratch.StackLimit]);
        return TryOpenAt(context, pointer, text, opened.Bytes, out _) == OpenResult.Opened;
    }

    private OpenResult TryOpenAt(SealContext context, ReadOnlySpan<byte> pointer, ReadOnlySpan<byte> text, Span<byte> plain, out int written)
    {
        using var place = new Scratch(SealedFormat.MaxPlaceLength(context, pointer.Length), stackalloc byte[Scratch.StackLimit]);
        return Cipher.TryOpen(place.Bytes[..SealedFormat.WritePlace(context, pointer, place.Bytes)], text, plain, out written);
    }

    private readonly ref struct SealedBody(string keyId, ReadOnlySpan<byte> body)
    {
        public string KeyId { get; } = keyId;

        public ReadOnlySpan<byte> Body { get; } = body;
    }
}
