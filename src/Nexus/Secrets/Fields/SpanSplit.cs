namespace Nexus.Secrets;

/// <summary>Cuts spans into a fixed number of parts.</summary>
internal static class SpanSplit
{
    /// <summary>Fills the ranges between separators; parts beyond the last range are not counted.</summary>
    /// <returns>How many ranges were filled.</returns>
    public static int Split(this ReadOnlySpan<byte> text, Span<Range> parts, byte separator)
    {
        var count = 0;
        foreach (var range in text.Split(separator))
        {
            if (count == parts.Length) break;
            parts[count++] = range;
        }
        return count;
    }
}
