using System.Security.Cryptography;

namespace Nexus.Secrets;

/// <summary>A random salt, the subkey under it, and the count of what was sealed with it, which makes nonces unique.</summary>
/// <remarks>
/// Random nonces alone may be used 2^32 times under one key (NIST SP 800-38D, 8.3): days at this engine's rate of writes. A count under a key that no
/// other instance has never repeats. Four random bytes beside it soften the one case where it could: a machine cloned with its memory.
/// </remarks>
internal sealed class SealingEpoch
{
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(SealedFormat.SaltLength);
    private long _sealed;

    public SealingEpoch(RingKey key) => Subkey = key.Derive(_salt);

    public Subkey Subkey { get; }

    public ReadOnlySpan<byte> Salt => _salt;

    /// <summary>1, 2, 3, … over all threads.</summary>
    public long Next() => Interlocked.Increment(ref _sealed);
}
