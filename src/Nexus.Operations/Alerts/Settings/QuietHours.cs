namespace Nexus.Operations.Alerts;

/// <summary>Hours of a day in which some alerts wait. A notification about an alert that still fires is sent at their end.</summary>
/// <param name="From">The beginning, by the clock of the zone.</param>
/// <param name="To">The end; before <paramref name="From"/> it is on the next day.</param>
/// <param name="Zone">The time zone.</param>
/// <param name="Days">On which days they begin.</param>
/// <param name="Severities">Which alerts wait.</param>
public sealed record QuietHours(
    TimeOnly From, TimeOnly To, TimeZoneInfo Zone, IReadOnlyList<DayOfWeek> Days, IReadOnlyList<AlertSeverity> Severities)
{
    /// <summary>Whether a moment is within them.</summary>
    public bool Contains(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, Zone);
        var time = TimeOnly.FromDateTime(local.DateTime);
        if (From < To) return time >= From && time < To && Days.Contains(local.DayOfWeek);
        return (time >= From && Days.Contains(local.DayOfWeek)) || (time < To && Days.Contains(local.AddDays(-1).DayOfWeek));
    }
}
