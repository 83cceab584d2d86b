using Cronos;

namespace Nexus.Operations.Backup;

/// <summary>
/// When the next backup and the next drill are due. Both follow from what the target holds, so a run that was missed while no instance ran is made
/// up once,
/// and two instances never make the same one twice.
/// </summary>
internal sealed class BackupTimetable(BackupScheduleOptions schedule)
{
    private readonly CronExpression _backup = schedule.ReadBackup();
    private readonly CronExpression? _drill = schedule.ReadDrill();
    private readonly TimeZoneInfo _zone = schedule.ReadZone();

    /// <summary>When the next backup is due; at once if there is none.</summary>
    public DateTimeOffset NextBackup(BackupStatus status, DateTimeOffset now)
    {
        var last = status.Backups.Select(backup => backup.Manifest?.CreatedAt).FirstOrDefault(at => at is not null);
        return last is { } at ? Next(_backup, at, now) : now;
    }

    /// <summary>When the next drill is due; at once if nothing was ever verified; never if there is nothing to prove or drills are off.</summary>
    public DateTimeOffset NextDrill(BackupStatus status, DateTimeOffset now)
    {
        if (_drill is null || status.Backups.All(backup => backup.Manifest is null)) return DateTimeOffset.MaxValue;
        var proofs = status.Backups.Select(backup => backup.Proof).OfType<BackupProof>().Where(proof => proof.IsRestored).ToList();
        return proofs.Count == 0 ? now : Next(_drill, proofs.Max(proof => proof.VerifiedAt), now);
    }

    private DateTimeOffset Next(CronExpression cron, DateTimeOffset last, DateTimeOffset now)
    {
        // A time in the future comes from a clock that was wrong.
        var after = last <= now ? last : now;
        return cron.GetNextOccurrence(after, _zone) ?? DateTimeOffset.MaxValue;
    }
}
