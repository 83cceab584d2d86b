using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Nexus.Operations.Json;

public static class NdJsonLines
{
    /// <summary>Streams lines, without a byte order mark. Memory holds one line of at most <paramref name="maxBytes"/>.</summary>
    /// <param name="reader">The source of the lines.</param>
    /// <param name="maxBytes">The largest line.</param>
    /// <param name="hold">Called before waiting for more input, with the number of buffered bytes of an unfinished line.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async IAsyncEnumerable<NdJsonLine> ReadAsync(
        PipeReader reader, long maxBytes, Func<long, ValueTask>? hold = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var number = 1L;
        // Where the search of an unfinished line stopped, as a position and not as a count: counting would walk all segments again for each new one.
        // The position stays valid because a reader releases only consumed bytes, and the unfinished line is not consumed.
        SequencePosition? searched = null;
        var passingOver = false;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            var unsearched = searched is { } place ? buffer.Slice(place) : buffer;
            while (unsearched.PositionOf((byte)'\n') is { } end)
            {
                if (!passingOver && Trim(buffer.Slice(0, end)) is { IsEmpty: false } text) yield return Line(number, text, maxBytes);
                passingOver = false;
                unsearched = buffer = buffer.Slice(buffer.GetPosition(1, end));
                number++;
            }
            if (passingOver || buffer.Length > maxBytes)
            {
                if (!passingOver) yield return new NdJsonLine(number, default, IsTooLong: true);
                (passingOver, buffer) = (true, buffer.Slice(buffer.End));
            }
            searched = buffer.IsEmpty ? null : buffer.End;
            if (read.IsCompleted)
            {
                if (!passingOver && Trim(buffer) is { IsEmpty: false } text) yield return Line(number, text, maxBytes);
                reader.AdvanceTo(read.Buffer.End);
                yield break;
            }
            reader.AdvanceTo(buffer.Start, read.Buffer.End);
            if (hold is not null) await hold(buffer.Length).ConfigureAwait(false);
        }
    }

    private static NdJsonLine Line(long number, ReadOnlySequence<byte> text, long maxBytes) =>
        text.Length <= maxBytes ? new NdJsonLine(number, text, IsTooLong: false) : new NdJsonLine(number, default, IsTooLong: true);

    private static ReadOnlySequence<byte> Trim(ReadOnlySequence<byte> line)
    {
        var (length, at) = (0L, 0L);
        foreach (var piece in line)
        {
            if (piece.Span.LastIndexOfAnyExcept(" \t\r"u8) is var last and >= 0) length = at + last + 1;
            at += piece.Length;
        }
        return ByteOrderMark.Skip(line.Slice(0, length));
    }
}
