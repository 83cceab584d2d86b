using System.Buffers;

namespace Nexus.Operations.Json;

/// <summary>The byte order mark that some editors and languages write before UTF-8. RFC 8259 allows a reader to ignore it.</summary>
public static class ByteOrderMark
{
    public static ReadOnlySpan<byte> Utf8 => [0xEF, 0xBB, 0xBF];

    /// <summary>The text without the mark, if there is one.</summary>
    public static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> text) => text.StartsWith(Utf8) ? text[Utf8.Length..] : text;

    /// <inheritdoc cref="Skip(ReadOnlySpan{byte})"/>
    internal static ReadOnlySequence<byte> Skip(ReadOnlySequence<byte> text)
    {
        if (text.Length < Utf8.Length) return text;
        Span<byte> start = stackalloc byte[Utf8.Length];
        text.Slice(0, start.Length).CopyTo(start);
        return start.SequenceEqual(Utf8) ? text.Slice(start.Length) : text;
    }

    /// <summary>Whether the bytes are too few to rule out the start of a mark.</summary>
    internal static bool MayBegin(ReadOnlySequence<byte> text)
    {
        if (text.Length >= Utf8.Length) return false;
        Span<byte> start = stackalloc byte[(int)text.Length];
        text.CopyTo(start);
        return Utf8.StartsWith(start);
    }
}
