using Microsoft.Extensions.Logging;
using Nexus.Failover;

namespace Nexus.Operations.Backup;

/// <summary>Makes, lists, verifies and deletes backups of a store. Works while a server runs.</summary>
/// <param name="nexus">The store.</param>
/// <param name="options">The target and how backups are made.</param>
/// <param name="loggers">The logger factory.</param>
/// <param name="clock">The clock.</param>
public sealed class BackupManager(NexusOptions nexus, BackupOptions options, ILoggerFactory loggers, TimeProvider clock)
{
    /// <summary>The name that stands for the newest backup.</summary>
    public const string Latest = "latest";

    /// <summary>Makes a backup.</summary>
    /// <param name="progress">Receives the work done and its total, in units that are proportional to time.</param>
    /// <param name="cancellationToken">Cancels the operation. Nothing is left behind.</param>
    /// <exception cref="BackupException">A condition is not met, or a part failed.</exception>
    public async Task<BackupReport> CreateAsync(IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        var target = BackupTargets.Open(options, nexus.DataFolder);
        await using var end = target.ConfigureAwait(false);
        return await new BackupCreation(nexus, options, loggers, clock).RunAsync(target, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Verifies a backup and records the result beside it.</summary>
    /// <param name="name">Its name, or <see cref="Latest"/>.</param>
    /// <param name="verify">How.</param>
    /// <param name="progress">Receives the work done and its total.</param>
    /// <param name="cancellationToken">Cancels the operation. Nothing is recorded.</param>
    /// <returns>The name, and the proof. A backup that fails is in it, not thrown.</returns>
    /// <exception cref="BackupException">The backup does not exist, or the verification could not be made.</exception>
    public async Task<(string Name, BackupProof Proof)> VerifyAsync(
        string name, VerifyOptions verify, IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        nexus.Fallback = FallbackMode.Off;
        var target = BackupTargets.Open(options, nexus.DataFolder);
        await using var end = target.ConfigureAwait(false);
        name = await ResolveAsync(target, name, cancellationToken).ConfigureAwait(false);
        var proof = await new BackupVerification(nexus, options, loggers, clock).RunAsync(target, name, verify, progress, cancellationToken)
            .ConfigureAwait(false);
        return (name, proof);
    }

    /// <summary>Deletes the backups that a policy does not keep. The newest proven backup is always kept.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="isDryRun">Whether to only report.</param>
    /// <param name="cancellationToken">Cancels the operation between two backups.</param>
    public async Task<PruneReport> PruneAsync(RetentionPolicy policy, bool isDryRun, CancellationToken cancellationToken)
    {
        var target = BackupTargets.Open(options, nexus.DataFolder);
        await using var end = target.ConfigureAwait(false);
        return await BackupPrune.RunAsync(
            target, options.ReadKeys(), nexus.UsesPostgres ? "postgresql" : "embedded", policy, isDryRun, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the backups and judges them.</summary>
    /// <param name="expectations">When they count as late; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<BackupStatus> ReadStatusAsync(BackupExpectations? expectations, CancellationToken cancellationToken) =>
        new BackupCatalog(nexus, options, clock, expectations).ReadAsync(cancellationToken);

    /// <summary>The full name of a backup.</summary>
    internal async Task<string> ResolveAsync(IBackupTarget target, string name, CancellationToken cancellationToken)
    {
        if (name != Latest) return name;
        var store = nexus.UsesPostgres ? "postgresql" : "embedded";
        var backups = await BackupCatalog.ListAsync(target, options.ReadKeys(), cancellationToken).ConfigureAwait(false);
        // One that cannot be read is not passed over: what is done with it says what is wrong with it.
        if (backups.Find(backup => backup.Manifest is null || backup.Manifest.Store == store) is { } newest) return newest.Name;
        throw new BackupException(BackupErrorKind.NotFound, $"{target.Location} has no backup of this store: run nexus backup create");
    }
}
