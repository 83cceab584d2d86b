using Nexus.Errors;
using Nexus.Tasks;

namespace Nexus.Tests.Tasks;

/// <summary>Occurrences of schedules, in particular where clocks change.</summary>
public sealed class TaskScheduleTests
{
    /// <summary>Each row: expression, zone, from, and the next occurrences in UTC.</summary>
    [Theory]
    // Madrid: from 02:00 to 03:00 on 29 March 2026, from 03:00 to 02:00 on 25 October 2026.
    [InlineData("30 2 * * *", "Europe/Madrid", "2026-03-28T00:00Z", "2026-03-28T01:30Z 2026-03-29T01:00Z 2026-03-30T00:30Z")]
    [InlineData("30 2 * * *", "Europe/Madrid", "2026-10-24T00:00Z", "2026-10-24T00:30Z 2026-10-25T00:30Z 2026-10-26T01:30Z")]
    [InlineData("*/30 * * * *", "Europe/Madrid", "2026-03-29T00:15Z", "2026-03-29T00:30Z 2026-03-29T01:00Z 2026-03-29T01:30Z")]
    [InlineData("*/30 * * * *", "Europe/Madrid", "2026-10-25T00:15Z",
        "2026-10-25T00:30Z 2026-10-25T01:00Z 2026-10-25T01:30Z 2026-10-25T02:00Z")]
    [InlineData("0 9 * * *", "Europe/Madrid", "2026-03-28T12:00Z", "2026-03-29T07:00Z 2026-03-30T07:00Z")]
    // New York: from 02:00 to 03:00 on 8 March 2026, from 02:00 to 01:00 on 1 November 2026.
    [InlineData("30 2 * * *", "America/New_York", "2026-03-07T12:00Z", "2026-03-08T07:00Z 2026-03-09T06:30Z")]
    [InlineData("30 1 * * *", "America/New_York", "2026-10-31T12:00Z", "2026-11-01T05:30Z 2026-11-02T06:30Z")]
    [InlineData("*/30 * * * *", "America/New_York", "2026-11-01T05:15Z", "2026-11-01T05:30Z 2026-11-01T06:00Z 2026-11-01T06:30Z 2026-11-01T07:00Z")]
    [InlineData("30 9 * * MON-FRI", "America/New_York", "2026-03-06T15:00Z", "2026-03-09T13:30Z 2026-03-10T13:30Z")]
    [InlineData("*/20 * * * * *", "UTC", "2026-01-01T00:00Z", "2026-01-01T00:00:20Z 2026-01-01T00:00:40Z 2026-01-01T00:01Z")]
    [InlineData("@hourly", "UTC", "2026-01-01T00:00Z", "2026-01-01T01:00Z 2026-01-01T02:00Z")]
    [InlineData("0 0 29 2 *", "UTC", "2026-01-01T00:00Z", "2028-02-29T00:00Z 2032-02-29T00:00Z")]
    public void A_cron_expression_fires_in_its_zone(string expression, string zone, string from, string expected)
    {
        var schedule = TaskSchedule.Cron(expression, zone);
        var at = DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var next in expected.Split(' '))
        {
            at = schedule.FirstAfter(at)!.Value;
            Assert.Equal(DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture), at);
        }
    }

    [Theory]
    [InlineData("cron", "0 0 30 2 *", null, "schedule.value")]
    [InlineData("cron", "0 0 31 4,6,9,11 *", null, "schedule.value")]
    [InlineData("cron", "", null, "schedule.value")]
    [InlineData("cron", "* * * *", null, "schedule.value")]
    [InlineData("cron", "61 * * * *", null, "schedule.value")]
    [InlineData("cron", "not a cron at all", null, "schedule.value")]
    [InlineData("cron", "* * * * *", "Mars/Olympus", "schedule.timezone")]
    [InlineData("cron", "* * * * *", "", "schedule.timezone")]
    [InlineData("cron", "* * * * *", "../../etc/passwd", "schedule.timezone")]
    [InlineData("cron", "* * * * *", "/etc/localtime", "schedule.timezone")]
    [InlineData("cron", "* * * * *", "Romance Standard Time", "schedule.timezone")]
    [InlineData("interval", "0", null, "schedule.value")]
    [InlineData("interval", "-5", null, "schedule.value")]
    [InlineData("interval", "1.5", null, "schedule.value")]
    [InlineData("interval", "P1M", null, "schedule.value")]
    [InlineData("interval", "PT0S", null, "schedule.value")]
    [InlineData("interval", "P", null, "schedule.value")]
    [InlineData("interval", "999999999999999999999", null, "schedule.value")]
    [InlineData("interval", "PT999999999H", null, "schedule.value")]
    [InlineData("interval", "60", "Europe/Madrid", "schedule.timezone")]
    [InlineData("date", "tomorrow", null, "schedule.value")]
    [InlineData("date", "2026-01-01T10:00:00", null, "schedule.value")]
    [InlineData("date", "1999-01-01T10:00:00Z", null, "schedule.value")]
    [InlineData("date", "2026-02-30T10:00:00Z", null, "schedule.value")]
    [InlineData("weekly", "1", null, "schedule.type")]
    public void A_schedule_that_cannot_be_is_refused_with_its_field(string type, string value, string? zone, string field) =>
        Assert.Equal(field, Assert.Throws<NexusValidationException>(() => TaskSchedule.Parse(type, value, zone)).Field);

    [Theory]
    [InlineData("PT5M", "300")]
    [InlineData("P1DT1H", "90000")]
    [InlineData("3600", "3600")]
    public void An_interval_is_whole_seconds(string value, string expected) =>
        Assert.Equal(expected, TaskSchedule.Parse("interval", value).Text);

    [Fact]
    public void A_date_runs_once()
    {
        var at = new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.FromHours(2));
        var schedule = TaskSchedule.At(at);
        Assert.Equal(("2026-05-01T08:00:00Z", "UTC"), (schedule.Text, schedule.TimeZone));
        Assert.Equal(at, schedule.FirstAfter(at.AddSeconds(-1)));
        Assert.Null(schedule.FirstAfter(at));
        Assert.Null(schedule.NextAfterRun(at, at.AddDays(1), MissedRuns.All));
    }

    [Fact]
    public void An_interval_counts_from_the_time_that_was_due()
    {
        var due = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var seconds in new[] { 1, 7, 60, 86_400, 316_224_000 })
        {
            var interval = TimeSpan.FromSeconds(seconds);
            var schedule = TaskSchedule.Every(interval);
            foreach (var late in new[] { 0, 1, 59, 60, 61, 1000, 123_456 })
            {
                var now = due.AddSeconds(late);
                var next = schedule.NextAfterRun(due, now, MissedRuns.Once)!.Value;
                Assert.True(next > now && next - interval <= now);
                Assert.Equal(0, (next - due).Ticks % interval.Ticks);
                Assert.Equal(due + interval, schedule.NextAfterRun(due, now, MissedRuns.All));
            }
        }
        Assert.Null(TaskSchedule.Every(TaskSchedule.MaxInterval).FirstAfter(new DateTimeOffset(2095, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void What_a_database_holds_never_throws()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var kind in new[] { "cron", "interval", "date", "?" })
        {
            foreach (var text in new[] { "", "* * * * *", "0", "-1", "99999999999999999999", "2026-99-99", "0 0 30 2 *", "\u0000" })
            {
                foreach (var zone in new[] { "UTC", "", "../x", "Nowhere/None" })
                {
                    var schedule = TaskSchedule.FromStore(kind, text, zone);
                    foreach (var missed in Enum.GetValues<MissedRuns>())
                    {
                        Assert.True(schedule.NextAfterRun(now, now.AddHours(1), missed) is not { } next || next > now);
                        schedule.FirstAfter(DateTimeOffset.MaxValue);
                    }
                }
            }
        }
    }
}
