using System.Globalization;

namespace Nexus.Operations.Backup;

/// <summary>Reads a target and judges its backups.</summary>
/// <param name="nexus">The store; backups of another store are left out.</param>
/// <param name="options">The target and its keys.</param>
/// <param name="clock">The clock.</param>
/// <param name="expectations">When backups count as late; null for the defaults.</param>
public sealed class BackupCatalog(NexusOptions nexus, BackupOptions options, TimeProvider clock, BackupExpectations? expectations = null)
    : IBackupCatalog
{
    /// <summary>The folder of backups in a data folder, where no target is named.</summary>
    public const string DefaultFolder = "backups";

    private static readonly TimeSpan SizeWindow = TimeSpan.FromDays(7);

    private readonly BackupExpectations _expectations = expectations ?? new();

    /// <inheritdoc/>
    public async Task<BackupStatus> ReadAsync(CancellationToken cancellationToken)
    {
        var status = await ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        if (options.PgBackRestStanza is null || !nexus.UsesPostgres) return status;
        var (pointInTime, findings) = await new PointInTimeCheck(nexus, options, clock, _expectations).RunAsync(cancellationToken)
            .ConfigureAwait(false);
        return status with { PointInTime = pointInTime, Findings = [.. status.Findings, .. findings] };
    }

    private async Task<BackupStatus> ReadTargetAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        try
        {
            var target = BackupTargets.Open(options, nexus.DataFolder, clock);
            await using var end = target.ConfigureAwait(false);
            var all = await ListAsync(target, options.ReadKeys(), cancellationToken).ConfigureAwait(false);
            var store = nexus.UsesPostgres ? "postgresql" : "embedded";
            var backups = all.Where(backup => backup.Manifest is null || backup.Manifest.Store == store).ToList();
            return new BackupStatus(target.Location, now, backups, Judge(backups, now));
        }
        catch (Exception error) when (error is BackupException or IOException or UnauthorizedAccessException)
        {
            return new BackupStatus(
                BackupTargets.LocationOf(options, nexus.DataFolder), now, [], [new BackupFinding(
                    BackupFindingCodes.Unreachable, IsCritical: true, $"the backups cannot be read: {error.Message}")]);
        }
    }

    /// <summary>Every complete backup of a target, newest first.</summary>
    internal static async Task<List<BackupItem>> ListAsync(IBackupTarget target, BackupKeys keys, CancellationToken cancellationToken)
    {
        var items = new List<BackupItem>();
        foreach (var name in await target.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var manifest = await BackupReader.ReadManifestAsync(target, name, cancellationToken).ConfigureAwait(false);
                var (proof, isSealed) = await ProofFile.ReadAsync(target, manifest, keys, cancellationToken).ConfigureAwait(false);
                items.Add(new BackupItem(name, manifest, proof) { HasSealedProof = isSealed });
            }
            // What is wrong with one backup hides no other.
            catch (Exception error) when (error is BackupException or IOException or UnauthorizedAccessException)
            {
                items.Add(new BackupItem(name, Manifest: null, Proof: null, error.Message));
            }
        }
        return [.. items.OrderByDescending(item => item.Manifest?.CreatedAt ?? BackupName.TimeOf(item.Name))
            .ThenBy(item => item.Name, StringComparer.Ordinal)];
    }

    private List<BackupFinding> Judge(List<BackupItem> backups, DateTimeOffset now)
    {
        var findings = new List<BackupFinding>();
        foreach (var damaged in backups.Where(backup => backup.Error is not null))
            Add(BackupFindingCodes.Damaged, isCritical: false, $"{damaged.Name}: {damaged.Error}");
        if (BackupStates.Describe(backups) is { } states)
        {
            Add(
                BackupFindingCodes.Mixed, isCritical: false,
                $"the target has backups of several states ({states}), so the age, the size and the proof may be another's: give each its own "
                    + "target, and delete the backups of a state that is gone");
        }
        var dated = backups.Where(backup => backup.Manifest is not null).ToList();
        // As the newest one, a backup of a clock that was wrong would hide that later ones are missing.
        var readable = dated.Where(backup => !BackupClock.IsFuture(backup.Manifest!.CreatedAt, now)).ToList();
        foreach (var future in dated.Except(readable))
        {
            Add(
                BackupFindingCodes.Future, isCritical: false,
                $"{future.Name} is of {future.Manifest!.CreatedAt:u}, which is in the future: the clock was wrong when it was made, or is now");
        }
        if (readable is not [var newest, .. var older])
        {
            Add(BackupFindingCodes.Missing, isCritical: true, "there is no backup: run nexus backup create");
            return findings;
        }
        var age = now - newest.Manifest!.CreatedAt;
        if (age > _expectations.MaxAge)
            Add(BackupFindingCodes.Late, isCritical: true,
                $"the newest backup is {Age(age)} old, and {Age(_expectations.MaxAge)} are allowed: run nexus backup create");
        if (readable.Find(backup => backup.Proof is not null) is { Proof.Ok: false } failed)
        {
            var step = failed.Proof.Failure;
            Add(BackupFindingCodes.Failed, isCritical: true,
                $"the verification of {failed.Name} failed ({step?.Name}: {step?.Detail}): make a new backup");
        }
        var proven = readable.Find(backup => backup.IsProven && !BackupClock.IsFuture(backup.Proof!.VerifiedAt, now));
        if (proven is null && readable.Find(backup => backup.HasSealedProof) is { } unseen)
        {
            Add(
                BackupFindingCodes.Unproven, isCritical: true,
                $"the proof of {unseen.Name} cannot be checked: add its key {BackupKeys.Short(unseen.Manifest!.Encryption!.KeyId)} to "
                    + $"{BackupKeys.Variable}, or run nexus backup verify");
        }
        else if (proven is null) Add(BackupFindingCodes.Unproven, isCritical: true, "no backup was proven by a restore: run nexus backup verify");
        else if (now - proven.Proof!.VerifiedAt is var since && since > _expectations.MaxProofAge)
        {
            Add(
                BackupFindingCodes.Unproven, isCritical: true,
                $"the last proof by a restore is {Age(since)} old, and {Age(_expectations.MaxProofAge)} are allowed: run nexus backup verify");
        }
        var week = older.Where(backup => newest.Manifest.CreatedAt - backup.Manifest!.CreatedAt <= SizeWindow)
            .Select(backup => backup.Manifest!.StoredBytes).Order().ToList();
        if (week.Count > 0 && week[week.Count / 2] is var median && newest.Manifest.StoredBytes < median * _expectations.MinSizeShare)
        {
            Add(
                BackupFindingCodes.Shrunken, isCritical: false,
                $"the newest backup has {SpaceEstimate.Bytes(newest.Manifest.StoredBytes)}, and the median of the week before is "
                    + $"{SpaceEstimate.Bytes(median)}: "
                    + "check that it was made from the right database");
        }
        return findings;

        void Add(string code, bool isCritical, string message) => findings.Add(new BackupFinding(code, isCritical, message));
    }

    internal static string Age(TimeSpan age) => age switch
    {
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:0} minutes"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0} hours"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays:0} days"),
    };
}
