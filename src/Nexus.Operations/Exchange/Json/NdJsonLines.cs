using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Nexus.Operations.Exchange.Json;

/// <summary>A line of NDJSON: its number from 1, and its bytes, which are valid until the next line is asked for.</summary>
/// <param name="Number">From 1; empty lines count and are passed over.</param>
/// <param name="Text">Without the line's end; empty where it was too long.</param>
/// <param name="IsTooLong">The line was passed over unread.</param>
internal readonly record struct NdJsonLine(long Number, ReadOnlySequence<byte> Text, bool IsTooLong);

internal static class NdJsonLines
{
    /// <summary>Streams lines; memory holds one of at most <paramref name="maxBytes"/>.</summary>
    public static async IAsyncEnumerable<NdJsonLine> ReadAsync(PipeReader reader, long maxBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 1L;
        var passingOver = false;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                if (!passingOver && TrimEnd(buffer.Slice(0, end)) is { IsEmpty: false } text) yield return Line(number, text, maxBytes);
                passingOver = false;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                number++;
            }
            if (passingOver || buffer.Length > maxBytes)
            {
                if (!passingOver) yield return new NdJsonLine(number, default, IsTooLong: true);
                (passingOver, buffer) = (true, buffer.Slice(buffer.End));
            }
            if (read.IsCompleted)
            {
                if (!passingOver && TrimEnd(buffer) is { IsEmpty: false } text) yield return Line(number, text, maxBytes);
                reader.AdvanceTo(read.Buffer.End);
                yield break;
            }
            reader.AdvanceTo(buffer.Start, read.Buffer.End);
        }
    }

    private static NdJsonLine Line(long number, ReadOnlySequence<byte> text, long maxBytes) =>
        text.Length <= maxBytes ? new NdJsonLine(number, text, IsTooLong: false) : new NdJsonLine(number, default, IsTooLong: true);

    private static ReadOnlySequence<byte> TrimEnd(ReadOnlySequence<byte> text)
    {
        while (!text.IsEmpty && text.Slice(text.Length - 1).FirstSpan[0] is (byte)'\r' or (byte)' ' or (byte)'\t') text = text.Slice(0, text.Length - 1);
        return text;
    }
}
