using System.Globalization;

namespace Nexus.Operations.Backup;

/// <summary>A WAL segment: timeline and number, from names such as <c>000000010000000A000000FF</c>.</summary>
/// <param name="Timeline">The timeline.</param>
/// <param name="Number">Its number, which goes on over timelines.</param>
internal readonly record struct WalSegment(uint Timeline, ulong Number)
{
    /// <summary>The length of a name.</summary>
    public const int NameLength = 24;

    /// <summary>The default, 16 MiB.</summary>
    public const long DefaultSize = 16 * 1024 * 1024;

    private const ulong BytesOfLogFile = 0x1_0000_0000;

    /// <summary>Reads a name, or the beginning of one, such as that of a backup's history file.</summary>
    /// <returns>Null if it is none.</returns>
    public static WalSegment? Parse(string? name, long segmentSize)
    {
        if (name is null || name.Length < NameLength || segmentSize <= 0) return null;
        return Part(0) is { } timeline && Part(8) is { } log && Part(16) is { } segment
            ? new WalSegment(timeline, (log * (BytesOfLogFile / (ulong)segmentSize)) + segment) : null;

        uint? Part(int start) =>
            uint.TryParse(name.AsSpan(start, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var part) ? part : null;
    }
}
