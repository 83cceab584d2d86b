using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace Nexus.Secrets;

/// <summary>The cryptography of <see cref="Sealer"/>, on UTF-8 bytes: which key, which nonce, which cipher. Lock-free.</summary>
internal sealed class SealCipher
{
    private readonly KeyRing _keys;
    private readonly long _sealsPerSalt;
    private readonly SubkeyCache _subkeys = new();
    private SealingEpoch _epoch;

    public SealCipher(KeyRing keys, long sealsPerSalt)
    {
        _keys = keys;
        _sealsPerSalt = sealsPerSalt;
        _epoch = new SealingEpoch(keys.Primary);
    }

    /// <summary>Where the plain text stands in the body, on its way in and out.</summary>
    public static Range TextOf(int plainLength) =>
        (SealedFormat.SaltLength + SealedFormat.NonceLength)..(SealedFormat.SaltLength + SealedFormat.NonceLength + plainLength);

    /// <summary>Seals in place: the body holds the plain text at <see cref="TextOf"/> and becomes salt, nonce, ciphertext and tag.</summary>
    public void Seal(ReadOnlySpan<byte> place, Span<byte> body)
    {
        var (epoch, count) = NextNonce();
        epoch.Salt.CopyTo(body);
        var nonce = body.Slice(SealedFormat.SaltLength, SealedFormat.NonceLength);
        BinaryPrimitives.WriteInt64BigEndian(nonce, count);
        var cipher = epoch.Subkey.Rent();
        try
        {
            cipher.FillRandom(nonce[sizeof(long)..]);
            cipher.Seal(nonce, body[(SealedFormat.SaltLength + SealedFormat.NonceLength)..^SealedFormat.TagLength], body[^SealedFormat.TagLength..],
                place);
        }
        finally
        {
            epoch.Subkey.Return(cipher);
        }
    }

    /// <summary>
    /// Seals in place under a fresh salt with a nonce that the text had at another place: the nonce is what a mask stands for. The salt makes the
    /// key one that sealed nothing else.
    /// </summary>
    public void SealMoved(ReadOnlySpan<byte> place, ReadOnlySpan<byte> nonce, Span<byte> body)
    {
        System.Security.Cryptography.RandomNumberGenerator.Fill(body[..SealedFormat.SaltLength]);
        SealAs(_keys.Primary, place, nonce, body);
    }

    /// <summary>
    /// Seals in place under the primary key with the salt and the nonce that the same text had at the same place under another key. The pair is used
    /// once under each key, since it was used once under the other.
    /// </summary>
    public void SealRotated(ReadOnlySpan<byte> place, ReadOnlySpan<byte> saltAndNonce, Span<byte> body)
    {
        saltAndNonce[..SealedFormat.SaltLength].CopyTo(body);
        SealAs(_keys.Primary, place, saltAndNonce[SealedFormat.SaltLength..], body);
    }

    private static void SealAs(RingKey key, ReadOnlySpan<byte> place, ReadOnlySpan<byte> nonce, Span<byte> body)
    {
        nonce.CopyTo(body[SealedFormat.SaltLength..]);
        using var cipher = key.Derive(body[..SealedFormat.SaltLength]).Rent();
        cipher.Seal(nonce, body[(SealedFormat.SaltLength + SealedFormat.NonceLength)..^SealedFormat.TagLength], body[^SealedFormat.TagLength..],
            place);
    }

    /// <summary>Opens a sealed text into <paramref name="plain"/>, which must be as long as the text.</summary>
    public OpenResult TryOpen(ReadOnlySpan<byte> place, ReadOnlySpan<byte> text, Span<byte> plain, out int written)
    {
        written = 0;
        if (!SealedFormat.TrySplit(text, out var number, out var encoded)) return SealedFormat.HasPrefix(text) ? OpenResult.CutShort
            : OpenResult.NotSealed;
        if (_keys.Find(number) is not { } key) return OpenResult.UnknownKey;

        using var scratch = new Scratch(Base64Url.GetMaxDecodedLength(encoded.Length), stackalloc byte[Scratch.StackLimit]);
        var body = scratch.Bytes;
        // The decoder refuses digits that carry spare bits, so that each sealed value has just one text.
        if (Base64Url.DecodeFromUtf8(encoded, body, out _, out var length) != OperationStatus.Done || length < SealedFormat.Overhead)
            return OpenResult.CutShort;
        written = length - SealedFormat.Overhead;
        return TryOpenBody(key, place, body[..length], plain[..written]) ? OpenResult.Opened : OpenResult.Altered;
    }

    private bool TryOpenBody(RingKey key, ReadOnlySpan<byte> place, ReadOnlySpan<byte> body, Span<byte> plain)
    {
        var salt = BinaryPrimitives.ReadUInt128BigEndian(body);
        var known = _subkeys.Find(key.Number, salt);
        var subkey = known ?? key.Derive(body[..SealedFormat.SaltLength]);
        var cipher = subkey.Rent();
        try
        {
            var nonce = body.Slice(SealedFormat.SaltLength, SealedFormat.NonceLength);
            if (!cipher.TryOpen(nonce, body[TextOf(plain.Length)], body[^SealedFormat.TagLength..], plain, place)) return false;
        }
        finally
        {
            subkey.Return(cipher);
        }
        if (known is null) _subkeys.Add(key.Number, salt, subkey);
        return true;
    }

    private (SealingEpoch Epoch, long Count) NextNonce()
    {
        while (true)
        {
            var epoch = Volatile.Read(ref _epoch);
            var count = epoch.Next();
            if (count <= _sealsPerSalt) return (epoch, count);
            Interlocked.CompareExchange(ref _epoch, new SealingEpoch(_keys.Primary), epoch);
        }
    }
}

/// <summary>Whether a sealed text opened, or why not.</summary>
internal enum OpenResult
{
    Opened,
    NotSealed,
    CutShort,
    UnknownKey,
    Altered,
}
