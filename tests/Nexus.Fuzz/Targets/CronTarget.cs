using Nexus.Errors;
using Nexus.Operations.Backup;
using Nexus.Tasks;

namespace Nexus.Fuzz.Targets;

/// <summary>Schedules of tasks and backups: the type, the value and the time zone, one a line.</summary>
internal sealed class CronTarget : FuzzTarget
{
    private static readonly DateTimeOffset Start = new(2026, 3, 28, 23, 59, 59, TimeSpan.Zero);

    public override string Name => "cron";

    public override IReadOnlyList<string> Dictionaries => ["cron"];

    public override void Run(byte[] input, ShownTexts shown)
    {
        var lines = new InputLines(input);
        var (type, value, zone) = (lines.Next(), lines.Next(), lines.Next());
        // A store may hold anything.
        Follow(TaskSchedule.FromStore(type, value, zone));
        try
        {
            _ = new BackupTimetable(new BackupScheduleOptions { Backup = value, TimeZone = zone });
        }
        catch (BackupException error)
        {
            shown.Add(error.Message);
        }
        var schedule = TaskSchedule.Parse(type, value, zone.Length == 0 ? null : zone);
        if (schedule.Kind == TaskScheduleKind.Cron && schedule.NextAfter(DateTimeOffset.UnixEpoch.AddYears(30)) is null)
            throw new FuzzFailureException("an accepted expression never fires");
        Follow(schedule);
    }

    public override bool IsDocumented(Exception error) => error is NexusValidationException;

    private static void Follow(TaskSchedule schedule)
    {
        var at = Start;
        for (var run = 0; run < 3; run++)
        {
            if (schedule.NextAfter(at) is not { } next) return;
            if (next <= at) throw new FuzzFailureException($"a run at {at:O} is followed by one at {next:O}");
            foreach (var missed in Enum.GetValues<MissedRuns>()) schedule.NextAfterRun(at, next.AddDays(400), missed);
            at = next;
        }
        schedule.NextAfter(DateTimeOffset.MaxValue);
        schedule.NextAfter(DateTimeOffset.MinValue);
    }
}
