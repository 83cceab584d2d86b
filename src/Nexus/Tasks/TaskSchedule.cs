using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using Cronos;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Tasks;

/// <summary>When a task runs: by a cron expression in a time zone, at an interval, or once at an instant.</summary>
/// <remarks>
/// Cron expressions follow Cronos (https://github.com/HangfireIO/Cronos): a time that does not exist when clocks go forward runs at once after the
/// gap, a fixed time that occurs twice when clocks go back runs once, and an expression with an interval, such as <c>*/15 * * * *</c>, runs in
/// both hours.
/// </remarks>
/// <example><code>var schedule = TaskSchedule.Cron("30 9 * * MON-FRI", "Europe/Madrid");</code></example>
public sealed partial record TaskSchedule
{
    /// <summary>In characters.</summary>
    internal const int MaxText = 200;

    /// <summary>The shortest interval.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);

    /// <summary>The longest interval.</summary>
    public static readonly TimeSpan MaxInterval = TimeSpan.FromDays(3660);

    private const string Utc = "UTC";

    /// <summary>As Cronos: no occurrence is after this year, and no store holds a later instant.</summary>
    private const int LastYear = 2099;

    private TaskSchedule(TaskScheduleKind kind, string text, string timeZone) => (Kind, Text, TimeZone) = (kind, text, timeZone);

    /// <summary>Cron expression, interval or date.</summary>
    public TaskScheduleKind Kind { get; }

    /// <summary>The cron expression, the interval in whole seconds, or the instant in ISO 8601 and UTC.</summary>
    public string Text { get; }

    /// <summary>The IANA time zone of a cron expression; <c>UTC</c> for the other kinds.</summary>
    public string TimeZone { get; }

    /// <summary>By a cron expression.</summary>
    /// <param name="expression">Five fields (minute, hour, day of month, month, day of week), six with seconds first, or a macro such as
    /// <c>@hourly</c>; at most 200 characters.</param>
    /// <param name="timeZone">An IANA time zone name.</param>
    /// <exception cref="NexusValidationException">The expression cannot be read or never fires, or the time zone is not known.</exception>
    public static TaskSchedule Cron(string expression, string timeZone = Utc)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(timeZone);
        var text = Validation.Text("schedule.value", expression.Trim(), MaxText);
        var cron = ParseCron(text);
        var zone = ZoneNames.Find(Validation.Text("schedule.timezone", timeZone, Validation.MaxZoneLength))
            ?? throw new NexusValidationException("schedule.timezone", "is not a known IANA time zone name such as Europe/Madrid");
        // The calendar repeats after 28 years within the range of Cronos, so a day that it lacks in those it lacks in all.
        return cron.GetNextOccurrence(Beginning, zone) is null
            ? throw new NexusValidationException("schedule.value", "never fires: no date has this day and month")
            : new TaskSchedule(TaskScheduleKind.Cron, text, timeZone);
    }

    /// <summary>At an interval, counted from the time at which a run was due, not from its end.</summary>
    /// <param name="interval">1 second to 3,660 days, whole seconds.</param>
    /// <exception cref="NexusValidationException">The interval is out of its range, or has a fraction of a second.</exception>
    public static TaskSchedule Every(TimeSpan interval) => interval >= MinInterval && interval <= MaxInterval
        && interval.Ticks % TimeSpan.TicksPerSecond == 0
            ? new TaskSchedule(
                TaskScheduleKind.Interval, (interval.Ticks / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture), Utc)
            : throw WrongInterval();

    /// <summary>Once.</summary>
    /// <param name="instant">In the years 2000 to 2099.</param>
    /// <exception cref="NexusValidationException">The instant is out of its range.</exception>
    public static TaskSchedule At(DateTimeOffset instant) => new(
        TaskScheduleKind.Date,
        Validation.Instant("schedule.value", instant).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture), Utc);

    /// <summary>A schedule as clients write it.</summary>
    /// <param name="type"><c>cron</c>, <c>interval</c> or <c>date</c>.</param>
    /// <param name="value">The cron expression; whole seconds or an ISO 8601 duration such as <c>PT5M</c>; an ISO 8601 instant with its
    /// offset.</param>
    /// <param name="timeZone">Only with cron; null for UTC.</param>
    /// <exception cref="NexusValidationException">The schedule cannot be read.</exception>
    public static TaskSchedule Parse(string type, string value, string? timeZone = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(value);
        var kind = TaskNames.KindOf(type) ?? throw new NexusValidationException("schedule.type", "must be cron, interval or date");
        if (kind != TaskScheduleKind.Cron && timeZone is not null and not Utc)
            throw new NexusValidationException("schedule.timezone", "is only for schedules of the type cron");
        Validation.Text("schedule.value", value, MaxText);
        return kind switch
        {
            TaskScheduleKind.Cron => Cron(value, timeZone ?? Utc),
            TaskScheduleKind.Interval => Every(ReadInterval(value) ?? throw WrongInterval()),
            _ => At(ReadInstant(value)
                ?? throw new NexusValidationException("schedule.value", "must be an ISO 8601 instant with its offset, such as 2026-03-01T09:00:00Z")),
        };
    }

    /// <summary>The type, the value and, for cron, the time zone.</summary>
    public override string ToString() => Kind == TaskScheduleKind.Cron ? $"cron {Text} ({TimeZone})" : $"{TaskNames.Of(Kind)} {Text}";

    /// <summary>The first occurrence after an instant, by the schedule alone; null if there is none until the end of 2099.</summary>
    /// <param name="instant">Any instant.</param>
    /// <example><code>var next = TaskSchedule.Cron("0 9 * * *", "Europe/Madrid").NextAfter(now);</code></example>
    public DateTimeOffset? NextAfter(DateTimeOffset instant) => FirstAfter(instant);

    /// <summary>As a store holds it, which may be anything; what cannot be read never fires.</summary>
    internal static TaskSchedule FromStore(string kind, string text, string timeZone) =>
        new(TaskNames.KindOf(kind) ?? TaskScheduleKind.Date, text, timeZone);

    /// <summary>The first occurrence after an instant; null if there is none.</summary>
    internal DateTimeOffset? FirstAfter(DateTimeOffset instant) => Kind switch
    {
        TaskScheduleKind.Cron => NextOfCron(instant),
        TaskScheduleKind.Interval => ReadInterval(Text) is { Ticks: > 0 } interval ? Bounded(instant, interval) : null,
        _ => ReadInstant(Text) is { } at && at > instant ? at : null,
    };

    /// <summary>When the task runs next after a run; null if it does not run again.</summary>
    /// <param name="due">When the run that ended was due.</param>
    /// <param name="now">The store's time.</param>
    /// <param name="missed">What happens to the occurrences between the two.</param>
    internal DateTimeOffset? NextAfterRun(DateTimeOffset due, DateTimeOffset now, MissedRuns missed)
    {
        if (Kind == TaskScheduleKind.Date) return null;
        if (missed == MissedRuns.All || now < due) return FirstAfter(due);
        if (Kind == TaskScheduleKind.Cron) return FirstAfter(now);
        if (ReadInterval(Text) is not { Ticks: > 0 } interval) return null;
        return Bounded(due, TimeSpan.FromTicks(((now - due).Ticks / interval.Ticks + 1) * interval.Ticks));
    }

    private static readonly DateTime Beginning = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static CronExpression ParseCron(string text)
    {
        var hasSeconds = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == 6;
        try
        {
            return CronExpression.Parse(text, hasSeconds ? CronFormat.IncludeSeconds : CronFormat.Standard);
        }
        // H stands for a time that Cronos derives from a seed.
        catch (Exception error) when (error is CronFormatException or MissingSeedException)
        {
            throw new NexusValidationException(
                "schedule.value", "must be a cron expression of five fields, or of six with seconds first, such as 30 9 * * MON-FRI");
        }
    }

    private DateTimeOffset? NextOfCron(DateTimeOffset instant)
    {
        if (ZoneNames.Find(TimeZone) is not { } zone || instant.UtcDateTime.Year > LastYear) return null;
        try
        {
            return ParseCron(Text).GetNextOccurrence(instant.UtcDateTime, zone) is { } next ? new DateTimeOffset(next, TimeSpan.Zero) : null;
        }
        catch (NexusValidationException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Bounded(DateTimeOffset from, TimeSpan by)
    {
        var end = new DateTimeOffset(LastYear + 1, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return end - from > by ? from + by : null;
    }

    private static TimeSpan? ReadInterval(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return seconds <= MaxInterval.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
        // A month or a year is no fixed time.
        if (!Duration.IsMatch(text)) return null;
        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static DateTimeOffset? ReadInstant(string text) => WithOffset.IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;

    private static NexusValidationException WrongInterval() => new(
        "schedule.value", $"must be an interval of whole seconds, 1 to {MaxInterval.TotalSeconds:0}, or an ISO 8601 duration such as PT5M");

    [GeneratedRegex(
        @"^P(?=.)(\d{1,6}D)?(T(?=.)(\d{1,9}H)?(\d{1,9}M)?(\d{1,9}S)?)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Duration { get; }

    [GeneratedRegex(
        @"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+\-]\d\d:\d\d)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex WithOffset { get; }
}
