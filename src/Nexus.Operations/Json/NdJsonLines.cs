using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Nexus.Operations.Json;

/// <summary>A line of NDJSON: its number from 1, and its bytes, which are valid until the next line is asked for.</summary>
/// <param name="Number">From 1; empty lines count and are passed over.</param>
/// <param name="Text">Without the line's end; empty where it was too long.</param>
/// <param name="IsTooLong">The line was passed over unread.</param>
internal readonly record struct NdJsonLine(long Number, ReadOnlySequence<byte> Text, bool IsTooLong);

internal static class NdJsonLines
{
    /// <summary>Streams lines, without a byte order mark in front of one; memory holds one of at most <paramref name="maxBytes"/>.</summary>
    /// <param name="reader">Where they come from.</param>
    /// <param name="maxBytes">Of one line.</param>
    /// <param name="hold">Told, before more is waited for, how many bytes of an unfinished line are held.</param>
    /// <param name="cancellationToken">Ends in the middle.</param>
    public static async IAsyncEnumerable<NdJsonLine> ReadAsync(
        PipeReader reader, long maxBytes, Func<long, ValueTask>? hold = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var number = 1L;
        // The end of what was searched of an unfinished line, as a place and not as a count: counting walks every piece again, for each piece that arrives.
        // The place stays valid because a reader releases only what was consumed, and the unfinished line is not.
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
