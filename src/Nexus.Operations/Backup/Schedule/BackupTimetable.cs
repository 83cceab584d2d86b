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
    private DateTimeOffset? _begun;

    /// <summary>When the next backup is due; at once if there is none.</summary>
    public DateTimeOffset NextBackup(BackupStatus status, DateTimeOffset now)
    {
        var made = status.Backups.Select(backup => backup.Manifest?.CreatedAt).OfType<DateTimeOffset>().ToList();
        return made.Count == 0 ? now : Next(_backup, made, now);
    }

    /// <summary>When the next drill is due; at once if nothing was ever verified; never if there is nothing to prove or drills are off.</summary>
    public DateTimeOffset NextDrill(BackupStatus status, DateTimeOffset now)
    {
        if (_drill is null || status.Backups.All(backup => backup.Manifest is null)) return DateTimeOffset.MaxValue;
        var proofs = status.Backups.Select(backup => backup.Proof).OfType<BackupProof>().Where(proof => proof.IsRestored).ToList();
        return proofs.Count == 0 ? now : Next(_drill, [.. proofs.Select(proof => proof.VerifiedAt)], now);
    }

    /// <summary>
    /// A time in the future comes from a clock that was wrong. It says nothing: as the last one it would put the next run off until then.
    /// </summary>
    private DateTimeOffset Next(CronExpression cron, List<DateTimeOffset> times, DateTimeOffset now)
    {
        _begun ??= now;
        var past = times.Where(at => !BackupClock.IsFuture(at, now)).ToList();
        var last = past.Count > 0 ? past.Max() : _begun.Value;
        return cron.GetNextOccurrence(last <= now ? last : now, _zone) ?? DateTimeOffset.MaxValue;
    }
}
