using System.Globalization;

namespace Nexus.Operations.Json;

/// <summary>Timestamps in the format of the legacy bot: ISO 8601 with a space or a T, mostly without an offset.</summary>
internal static class InstantText
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd"];

    /// <summary>Reads a timestamp. Without an offset it is a local time of <paramref name="zone"/>.</summary>
    public static bool TryParse(string text, TimeZoneInfo zone, out DateTimeOffset instant)
    {
        if (Instants.NamesOffset(text)) return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out instant);
        instant = default;
        if (!DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) || zone.IsInvalidTime(local))
            return false;
        var offset = zone.GetUtcOffset(local);
        if (local.Ticks - offset.Ticks < 0 || local.Ticks - offset.Ticks > DateTime.MaxValue.Ticks) return false;
        instant = new DateTimeOffset(local, offset);
        return true;
    }
}
