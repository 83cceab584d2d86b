using System.Globalization;

namespace Nexus.Operations.Backup;

/// <summary>
/// Decides which backups are kept. Time is that of the manifest, so the time of files does not matter; days, weeks and months are those of the zone
/// of the schedule: the backups of two nights do not fall on one day when its clocks change. Days without a backup are skipped: a bot that was off
/// for a month keeps its seven last days.
/// </summary>
internal static class RetentionPlan
{
    /// <summary>The backups to keep, newest first, with the reasons; all others may be deleted.</summary>
    /// <param name="backups">Every backup of one kind of store, in any order.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="zone">The zone of the days; null for UTC.</param>
    /// <param name="now">The present time: backups of a clock that was ahead take no other's place; null where there are none.</param>
    public static IReadOnlyList<KeptBackup> Keep(
        IReadOnlyList<BackupItem> backups, RetentionPolicy policy, TimeZoneInfo? zone = null, DateTimeOffset? now = null)
    {
        var reasons = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var readable = backups.Where(backup => backup.Manifest is not null).OrderByDescending(backup => backup.Manifest!.CreatedAt)
            .ThenByDescending(backup => backup.Name, StringComparer.Ordinal).ToList();
        foreach (var future in readable.Where(backup => now is { } present && BackupClock.IsFuture(backup.Manifest!.CreatedAt, present)).ToList())
        {
            readable.Remove(future);
            Add(future, "of a time in the future");
        }
        // Somebody must look at it: it may be the only one of its time.
        foreach (var unreadable in backups.Where(backup => backup.Manifest is null)) Add(unreadable, "unreadable");
        if (readable.Count > 0) Add(readable[0], "newest");
        var proven = readable.Find(backup => backup.IsProven);
        if (proven is not null) Add(proven, "newest proven");
        // Its key may only be missing from the settings: what was proven with it is not given up for that.
        if (readable.Find(backup => backup.HasSealedProof) is { } unseen
            && (proven is null || unseen.Manifest!.CreatedAt > proven.Manifest!.CreatedAt))
            Add(unseen, "its proof needs another key");
        KeepEach(policy.Daily, "daily", day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        KeepEach(policy.Weekly, "weekly", day => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(day)}-{ISOWeek.GetWeekOfYear(day)}"));
        KeepEach(policy.Monthly, "monthly", day => day.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        return [.. reasons.OrderByDescending(kept => kept.Key, StringComparer.Ordinal).Select(kept => new KeptBackup(kept.Key, kept.Value))];

        void KeepEach(int most, string reason, Func<DateTime, string> period)
        {
            var groups = readable.GroupBy(
                backup => period(TimeZoneInfo.ConvertTime(backup.Manifest!.CreatedAt, zone ?? TimeZoneInfo.Utc).DateTime), StringComparer.Ordinal);
            foreach (var group in groups.Take(most))
            {
                // A period keeps a proven backup if it has one, since the others may turn out to be useless.
                Add(group.FirstOrDefault(backup => backup.IsProven) ?? group.First(), reason);
            }
        }

        void Add(BackupItem backup, string reason)
        {
            if (!reasons.TryGetValue(backup.Name, out var list)) reasons.Add(backup.Name, list = []);
            list.Add(reason);
        }
    }
}
