using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Nexus.Engine;

/// <summary>
/// Version 7 UUIDs (https://www.rfc-editor.org/rfc/rfc9562#section-5.7): milliseconds since 1970, then 74 random bits. As
/// <see cref="Guid.CreateVersion7()"/>, which asks the kernel for each one's bits alone: a twentieth of what a caller spends on a trade.
/// </summary>
internal static class UuidV7
{
    private const int RandomBytes = 10;

    [ThreadStatic]
    private static byte[]? _random;

    /// <summary>Bytes of <see cref="_random"/> that no id has yet.</summary>
    [ThreadStatic]
    private static int _left;

    public static Guid New() => New(TimeProvider.System.GetUtcNow());

    /// <param name="at">From 1970 on.</param>
    public static Guid New(DateTimeOffset at)
    {
        var random = _random ??= new byte[64 * RandomBytes];
        if (_left == 0)
        {
            RandomNumberGenerator.Fill(random);
            _left = random.Length;
        }
        _left -= RandomBytes;
        return From(at, random.AsSpan(_left, RandomBytes));
    }

    /// <summary>The same id for the same bits.</summary>
    /// <param name="at">From 1970 on.</param>
    /// <param name="bits">At least 10 bytes in place of the random ones.</param>
    public static Guid From(DateTimeOffset at, ReadOnlySpan<byte> bits)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.ToUnixTimeMilliseconds() << 16);
        bits[..RandomBytes].CopyTo(bytes[6..]);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }
}
