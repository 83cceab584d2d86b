namespace Nexus.Operations.Backup;

/// <summary>Deletes backups that the policy does not keep.</summary>
internal static class BackupPrune
{
    public static async Task<PruneReport> RunAsync(
        IBackupTarget target, BackupKeys keys, string store, RetentionPolicy policy, TimeZoneInfo zone, TimeProvider clock, bool isDryRun,
        CancellationToken cancellationToken)
    {
        if (policy.Daily < 1 || policy.Weekly < 0 || policy.Monthly < 0)
            throw new BackupException(BackupErrorKind.Configuration, "--daily must be 1 or more, --weekly and --monthly 0 or more");
        if (isDryRun) return await PlanAsync().ConfigureAwait(false);
        var locked = await target.LockAsync(cancellationToken).ConfigureAwait(false);
        await using var end = locked.ConfigureAwait(false);
        var plan = await PlanAsync().ConfigureAwait(false);
        foreach (var name in plan.Deleted) await target.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        return plan;

        async Task<PruneReport> PlanAsync()
        {
            var backups = (await BackupCatalog.ListAsync(target, keys, cancellationToken).ConfigureAwait(false))
                .Where(backup => backup.Manifest is null || backup.Manifest.Store == store).ToList();
            IReadOnlyList<KeptBackup> kept = [.. BackupStates.Split(backups).SelectMany(state => RetentionPlan.Keep(
                    state, policy, zone, clock.GetUtcNow()))
                .OrderByDescending(one => one.Name, StringComparer.Ordinal)];
            var names = kept.Select(backup => backup.Name).ToHashSet(StringComparer.Ordinal);
            var deleted = backups.Where(backup => !names.Contains(backup.Name)).ToList();
            return new PruneReport(
                isDryRun, kept, [.. deleted.Select(backup => backup.Name)], deleted.Sum(backup => backup.Manifest?.StoredBytes ?? 0));
        }
    }
}
