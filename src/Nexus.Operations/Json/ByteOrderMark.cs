using System.Buffers;

namespace Nexus.Operations.Json;

/// <summary>What some editors and languages put in front of UTF-8. RFC 8259 allows a reader to pass over it.</summary>
internal static class ByteOrderMark
{
    public static ReadOnlySpan<byte> Utf8 => [0xEF, 0xBB, 0xBF];

    /// <summary>Without the mark; as it is where there is none.</summary>
    public static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> text) => text.StartsWith(Utf8) ? text[Utf8.Length..] : text;

    /// <inheritdoc cref="Skip(ReadOnlySpan{byte})"/>
    public static ReadOnlySequence<byte> Skip(ReadOnlySequence<byte> text)
    {
        if (text.Length < Utf8.Length) return text;
        Span<byte> start = stackalloc byte[Utf8.Length];
        text.Slice(0, start.Length).CopyTo(start);
        return start.SequenceEqual(Utf8) ? text.Slice(start.Length) : text;
    }

    /// <summary>Whether so little has arrived that it may be the beginning of a mark.</summary>
    public static bool MayBegin(ReadOnlySequence<byte> text)
    {
        if (text.Length >= Utf8.Length) return false;
        Span<byte> start = stackalloc byte[(int)text.Length];
        text.CopyTo(start);
        return Utf8.StartsWith(start);
    }
}
