using System.Globalization;

namespace Nexus.Operations.Backup;

/// <summary>
/// Decides which backups are kept. Time is that of the manifest, in UTC, so neither a clock change nor the time of files matters. Days without a
/// backup
/// are skipped: a bot that was off for a month keeps its seven last days.
/// </summary>
internal static class RetentionPlan
{
    /// <summary>The backups to keep, newest first, with the reasons; all others may be deleted.</summary>
    /// <param name="backups">Every backup of one kind of store, in any order.</param>
    /// <param name="policy">The policy.</param>
    public static IReadOnlyList<KeptBackup> Keep(IReadOnlyList<BackupItem> backups, RetentionPolicy policy)
    {
        var reasons = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var readable = backups.Where(backup => backup.Manifest is not null).OrderByDescending(backup => backup.Manifest!.CreatedAt)
            .ThenByDescending(backup => backup.Name, StringComparer.Ordinal).ToList();
        // Somebody must look at it: it may be the only one of its time.
        foreach (var unreadable in backups.Where(backup => backup.Manifest is null)) Add(unreadable, "unreadable");
        if (readable.Count > 0) Add(readable[0], "newest");
        if (readable.Find(backup => backup.IsProven) is { } proven) Add(proven, "newest proven");
        KeepEach(policy.Daily, "daily", day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        KeepEach(policy.Weekly, "weekly", day => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(day)}-{ISOWeek.GetWeekOfYear(day)}"));
        KeepEach(policy.Monthly, "monthly", day => day.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        return [.. reasons.OrderByDescending(kept => kept.Key, StringComparer.Ordinal).Select(kept => new KeptBackup(kept.Key, kept.Value))];

        void KeepEach(int most, string reason, Func<DateTime, string> period)
        {
            foreach (var group in readable.GroupBy(backup => period(backup.Manifest!.CreatedAt.UtcDateTime), StringComparer.Ordinal).Take(most))
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
