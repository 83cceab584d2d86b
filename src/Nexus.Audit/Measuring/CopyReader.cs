using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Nexus.Audit;

/// <summary>
/// Reads COPY … TO STDOUT (FORMAT BINARY): https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4. A field of any length takes no more
/// memory than is kept of it.
/// </summary>
internal sealed class CopyReader(Stream stream)
{
    private const int SignatureAndFlags = 11 + 4;

    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Bytes read so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>What comes before the first row.</summary>
    public async ValueTask ReadHeaderAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(_buffer.AsMemory(0, SignatureAndFlags), cancellationToken).ConfigureAwait(false);
        await SkipAsync(await ReadInt32Async(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The fields of the next row that follows, -1 at the end.</summary>
    public async ValueTask<int> ReadFieldCountAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(_buffer.AsMemory(0, 2), cancellationToken).ConfigureAwait(false);
        return BinaryPrimitives.ReadInt16BigEndian(_buffer);
    }

    /// <summary>The next field: its first bytes, null for NULL, and whether there was more.</summary>
    public async ValueTask<(byte[]? Value, bool IsCut)> ReadFieldAsync(int longest, CancellationToken cancellationToken)
    {
        var length = await ReadInt32Async(cancellationToken).ConfigureAwait(false);
        if (length < 0) return (null, false);
        var value = new byte[Math.Min(length, longest)];
        await ReadAsync(value, cancellationToken).ConfigureAwait(false);
        await SkipAsync(length - value.Length, cancellationToken).ConfigureAwait(false);
        return (value, length > longest);
    }

    /// <summary>An array of texts or integers, in its binary form, as a list in JSON; what is cut off or no such array ends it.</summary>
    /// <param name="array">Its bytes.</param>
    /// <param name="isNumbers">Whether its elements are integers.</param>
    public static string ArrayJson(ReadOnlySpan<byte> array, bool isNumbers)
    {
        const int head = 12, dimension = 8, mostDimensions = 6;
        var text = new StringBuilder("[");
        if (array.Length < head) return "[]";
        var dimensions = BinaryPrimitives.ReadInt32BigEndian(array);
        if (dimensions is <= 0 or > mostDimensions || array.Length < head + dimension * dimensions) return "[]";
        for (var rest = array[(head + dimension * dimensions)..]; rest.Length >= 4;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest);
            rest = rest[4..];
            if (length < 0) continue;
            var element = rest[..Math.Min(length, rest.Length)];
            if (text.Length > 1) text.Append(',');
            text.Append(isNumbers ? Integer(element) : $"\"{JsonEncodedText.Encode(Encoding.UTF8.GetString(element))}\"");
            rest = rest[element.Length..];
        }
        return text.Append(']').ToString();
    }

    /// <summary>An integer of 2, 4 or 8 bytes in digits.</summary>
    public static string Integer(ReadOnlySpan<byte> value) => (value.Length switch
    {
        2 => BinaryPrimitives.ReadInt16BigEndian(value),
        4 => BinaryPrimitives.ReadInt32BigEndian(value),
        8 => BinaryPrimitives.ReadInt64BigEndian(value),
        _ => 0,
    }).ToString(CultureInfo.InvariantCulture);

    private async ValueTask<int> ReadInt32Async(CancellationToken cancellationToken)
    {
        await ReadAsync(_buffer.AsMemory(0, 4), cancellationToken).ConfigureAwait(false);
        return BinaryPrimitives.ReadInt32BigEndian(_buffer);
    }

    private async ValueTask SkipAsync(int length, CancellationToken cancellationToken)
    {
        for (var left = length; left > 0;)
        {
            var part = Math.Min(left, _buffer.Length);
            await ReadAsync(_buffer.AsMemory(0, part), cancellationToken).ConfigureAwait(false);
            left -= part;
        }
    }

    private async ValueTask ReadAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        await stream.ReadExactlyAsync(into, cancellationToken).ConfigureAwait(false);
        Bytes += into.Length;
    }
}
