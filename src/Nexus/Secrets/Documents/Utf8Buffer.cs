using System.Security.Cryptography;

namespace Nexus.Secrets;

/// <summary>A growing run of UTF-8 bytes, used for one document after the other.</summary>
/// <param name="capacity">Bytes that fit before it grows, 1 or more.</param>
internal sealed class Utf8Buffer(int capacity = 1024)
{
    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public int Capacity => _bytes.Length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Extend(bytes.Length));

    public void Append(byte value) => Extend(1)[0] = value;

    /// <summary>Adds room and hands it out to be filled.</summary>
    public Span<byte> Extend(int length)
    {
        if (length > _bytes.Length - Length) Grow(length);
        var room = _bytes.AsSpan(Length, length);
        Length += length;
        return room;
    }

    /// <summary>Takes bytes off the end, and wipes them.</summary>
    public void Truncate(int length)
    {
        CryptographicOperations.ZeroMemory(_bytes.AsSpan(length, Length - length));
        Length = length;
    }

    /// <summary>Empties the buffer and wipes what was in it.</summary>
    public void Clear() => Truncate(0);

    private void Grow(int length)
    {
        var larger = new byte[Math.Max(checked(Length + length), Math.Min(2L * _bytes.Length, Array.MaxLength))];
        Written.CopyTo(larger);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = larger;
    }
}
