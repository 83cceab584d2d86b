using System.Buffers;

namespace Nexus.Secrets;

/// <summary>Writes JSON strings with no more escapes than JSON demands, the form in which PostgreSQL returns them.</summary>
/// <remarks>
/// Utf8JsonWriter's most relaxed encoder still writes an emoji as two escapes, three times its length, so that a document within its limit could be
/// stored as one beyond it.
/// </remarks>
internal static class JsonString
{
    private static readonly SearchValues<byte> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    /// <summary>Writes a string, quotes included.</summary>
    public static void Write(Utf8Buffer output, ReadOnlySpan<byte> text)
    {
        output.Append((byte)'"');
        for (int i; (i = text.IndexOfAny(Escaped)) >= 0; text = text[(i + 1)..])
        {
            output.Append(text[..i]);
            WriteEscape(output, text[i]);
        }
        output.Append(text);
        output.Append((byte)'"');
    }

    private static void WriteEscape(Utf8Buffer output, byte value)
    {
        output.Append((byte)'\\');
        switch (value)
        {
            case (byte)'"' or (byte)'\\': output.Append(value); break;
            case (byte)'\b': output.Append((byte)'b'); break;
            case (byte)'\f': output.Append((byte)'f'); break;
            case (byte)'\n': output.Append((byte)'n'); break;
            case (byte)'\r': output.Append((byte)'r'); break;
            case (byte)'\t': output.Append((byte)'t'); break;
            default:
                output.Append("u00"u8);
                value.TryFormat(output.Extend(2), out _, "x2");
                break;
        }
    }
}
