using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// Makes the tags that masks carry. A tag names one sealed value of one record: it is a keyed hash (HMAC-SHA-256, 128 bits) of the record and of the
/// value's nonce, which moving the value inside its record and rotating the keys keep.
/// </summary>
/// <remarks>
/// The secret's text is not part of it. Nonces are never reused for another text, so that a caller that saves a guess gets another tag and cannot
/// compare it with the tag of a secret that cannot be read.
/// </remarks>
internal sealed class MaskTags(KeyRing keys)
{
    private const int TagBytes = 16;

    /// <summary>Appends the mask of a value.</summary>
    /// <param name="record">Where the value stands; the field is not looked at.</param>
    /// <param name="value">The value as it is stored: sealed, or in plain text that an older version left.</param>
    /// <param name="output">Takes the mask.</param>
    public void Write(SealContext record, ReadOnlySpan<byte> value, Utf8Buffer output) => Write(keys.Primary, record, value, output);

    /// <summary>
    /// The masks that a value has under each key of the ring, so that rotating the keys does not spoil masks that were handed out before.
    /// </summary>
    public IEnumerable<string> AllOf(SealContext record, byte[] value)
    {
        for (var i = 0; i < keys.Ids.Count; i++)
        {
            var mask = new Utf8Buffer(MaskText.Length);
            Write(keys.Keys[i], record, value, mask);
            yield return Encoding.ASCII.GetString(mask.Written);
        }
    }

    private static void Write(RingKey key, SealContext record, ReadOnlySpan<byte> value, Utf8Buffer output)
    {
        Span<byte> head = stackalloc byte[SealedFormat.SaltLength + SealedFormat.NonceLength];
        var isSealed = SealedFormat.TryReadHead(value, head);
        var identity = isSealed ? head[SealedFormat.SaltLength..] : value;
        var length = Encoding.UTF8.GetMaxByteCount(record.Table.Length + record.Row.Length) + (2 * sizeof(int)) + 1 + identity.Length;
        using var scratch = new Scratch(length, stackalloc byte[Scratch.StackLimit]);
        var written = Append(record.Table, scratch.Bytes);
        written += Append(record.Row, scratch.Bytes[written..]);
        scratch.Bytes[written++] = isSealed ? (byte)1 : (byte)2;
        identity.CopyTo(scratch.Bytes[written..]);
        Span<byte> tag = stackalloc byte[32];
        key.HashMask(scratch.Bytes[..(written + identity.Length)], tag);
        output.Append(MaskText.Stars);
        Base64Url.EncodeToUtf8(tag[..TagBytes], output.Extend(MaskText.TagLength));
    }

    /// <summary>Each part follows its length, so that no two records give the same bytes.</summary>
    private static int Append(string text, Span<byte> destination)
    {
        var length = Encoding.UTF8.GetBytes(text, destination[sizeof(int)..]);
        BinaryPrimitives.WriteInt32BigEndian(destination, length);
        return sizeof(int) + length;
    }
}
