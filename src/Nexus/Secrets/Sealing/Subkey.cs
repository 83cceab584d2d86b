using System.Diagnostics;
using System.Security.Cryptography;

namespace Nexus.Secrets;

/// <summary>A derived AES-256-GCM key and the idle ciphers that hold it.</summary>
/// <remarks>
/// A cipher is not safe for concurrent use and costs more to make than a secret to seal, so callers rent one each. Renting is one exchange on
/// the slot of the caller's processor: no lock, and a caller that finds the slot empty makes a cipher of its own.
/// </remarks>
internal sealed class Subkey
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _key;
    private readonly GcmCipher?[] _idle = new GcmCipher?[Environment.ProcessorCount];

    public Subkey(byte[] key) => _key = key;

    public GcmCipher Rent() => Interlocked.Exchange(ref Slot(), null) ?? new GcmCipher(_key);

    public void Return(GcmCipher cipher)
    {
        if (Interlocked.CompareExchange(ref Slot(), cipher, null) is not null) cipher.Dispose();
    }

    private ref GcmCipher? Slot() => ref _idle[(uint)Thread.GetCurrentProcessorId() % (uint)_idle.Length];
}

/// <summary>
/// AES-256-GCM for one caller at a time, with buffered random bytes, so that the operating system is not called for each secret.
/// </summary>
internal sealed class GcmCipher(byte[] key) : IDisposable
{
    private readonly AesGcm _aes = new(key, SealedFormat.TagLength);
    private readonly byte[] _random = new byte[512];
    private int _randomUsed = int.MaxValue;

    /// <summary>Encrypts in place.</summary>
    public void Seal(ReadOnlySpan<byte> nonce, Span<byte> text, Span<byte> tag, ReadOnlySpan<byte> place) =>
        _aes.Encrypt(nonce, text, text, tag, place);

    /// <summary>False when the tag does not match: altered, or sealed for another place.</summary>
    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plain, ReadOnlySpan<byte> place)
    {
        try
        {
            _aes.Decrypt(nonce, ciphertext, tag, plain, place);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>Fills a few bytes at random; none is given twice.</summary>
    public void FillRandom(Span<byte> destination)
    {
        if (_randomUsed > _random.Length - destination.Length)
        {
            RandomNumberGenerator.Fill(_random);
            _randomUsed = 0;
        }
        _random.AsSpan(_randomUsed, destination.Length).CopyTo(destination);
        _randomUsed += destination.Length;
    }

    public void Dispose() => _aes.Dispose();
}
