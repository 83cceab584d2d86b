using System.Diagnostics;
using System.Security.Cryptography;

namespace Nexus.Secrets;

/// <summary>One 256-bit key of the ring. Its bytes never seal anything themselves: everything in use is derived from them (HKDF, RFC 5869).</summary>
/// <remarks>The same 32 bytes may also be a Fernet key, whose halves the legacy used directly; derivation keeps the two uses apart.</remarks>
[DebuggerDisplay("{Id,nq}")]
internal sealed class RingKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = 32;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _bytes;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _maskKey;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _outboxKey;

    public RingKey(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
        Span<byte> id = stackalloc byte[4];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, id, salt: [], "nexus key id v1"u8);
        _maskKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, Length, salt: [], "nexus mask v1"u8.ToArray());
        _outboxKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, Length, salt: [], "nexus outbox v1"u8.ToArray());
        Id = Convert.ToHexStringLower(id);
        Number = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(id);
    }

    /// <summary>8 lower-case hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The id as a number.</summary>
    public uint Number { get; }

    /// <summary>The key that seals and opens under one salt.</summary>
    public Subkey Derive(ReadOnlySpan<byte> salt)
    {
        var key = new byte[Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, key, salt, "nexus seal v1"u8);
        return new Subkey(key);
    }

    /// <summary>A key for a purpose of the host.</summary>
    public byte[] DeriveFor(ReadOnlySpan<byte> purpose)
    {
        var key = new byte[Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, key, salt: [], [.. "nexus host v1 "u8, .. purpose]);
        return key;
    }

    /// <summary>The keyed hash behind the stars of a mask.</summary>
    /// <param name="identity">The record and the value.</param>
    /// <param name="hash">Takes 32 bytes.</param>
    public void HashMask(ReadOnlySpan<byte> identity, Span<byte> hash) => HMACSHA256.HashData(_maskKey, identity, hash);

    /// <summary>The keyed hash that authenticates a row of the outbox. The caller appends the row and disposes.</summary>
    public IncrementalHash StartOutboxCode() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _outboxKey);

    /// <summary>Opens a legacy token under this key used as a Fernet key.</summary>
    public bool TryOpenFernet(string token, out byte[] plain) => FernetToken.TryOpen(token, _bytes, out plain);

    public bool HasSameBytes(RingKey other) => CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <summary>The id, never the key.</summary>
    public override string ToString() => Id;
}
