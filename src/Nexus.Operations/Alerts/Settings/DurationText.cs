using System.Globalization;

namespace Nexus.Operations.Alerts;

/// <summary>Durations as people write them: a whole number and a unit.</summary>
public static class DurationText
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
        [("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1))];

    /// <summary>Reads <c>30s</c>, <c>5m</c>, <c>4h</c> or <c>8d</c>.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (string.IsNullOrEmpty(text)) return false;
        var unit = Array.Find(Units, unit => text.EndsWith(unit.Unit, StringComparison.Ordinal));
        if (unit.Unit is null || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > 1_000_000) return false;
        duration = unit.Length * number;
        return true;
    }

    /// <summary>Writes a duration with its largest unit that divides it.</summary>
    public static string Format(TimeSpan duration)
    {
        var unit = duration == TimeSpan.Zero ? Units[^1] : Array.Find(Units, unit => duration.Ticks % unit.Length.Ticks == 0);
        return unit.Unit is null
            ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###}s")
            : string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / unit.Length.Ticks}{unit.Unit}");
    }
}
