using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Npgsql;

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

    // The options of an open store are read-only, and a backup must reach the store itself, not its fallback.
    private readonly NexusOptions _nexus = new()
    {
        Database = nexus.Database,
        DirectDatabase = nexus.DirectDatabase,
        DataFolder = nexus.DataFolder,
        Schema = nexus.Schema,
        Keys = nexus.Keys,
        EncryptionKey = nexus.EncryptionKey,
        ConnectTimeout = nexus.ConnectTimeout,
        CommandTimeout = nexus.CommandTimeout,
        Fallback = FallbackMode.Off,
        AcceptOtherStore = nexus.AcceptOtherStore,
    };

    /// <summary>Makes a backup.</summary>
    /// <param name="progress">Receives the work done and its total, in units that are proportional to time.</param>
    /// <param name="cancellationToken">Cancels the operation. Nothing is left behind.</param>
    /// <exception cref="BackupException">A condition is not met, or a part failed.</exception>
    public async Task<BackupReport> CreateAsync(IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        var target = BackupTargets.Open(options, _nexus.DataFolder, clock);
        await using var end = target.ConfigureAwait(false);
        return await new BackupCreation(_nexus, options, loggers, clock).RunAsync(target, progress, cancellationToken).ConfigureAwait(false);
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
        var target = BackupTargets.Open(options, _nexus.DataFolder, clock);
        await using var end = target.ConfigureAwait(false);
        name = await ResolveAsync(target, name, cancellationToken).ConfigureAwait(false);
        try
        {
            return (name, await new BackupVerification(_nexus, options, loggers, clock).RunAsync(target, name, verify, progress, cancellationToken)
                .ConfigureAwait(false));
        }
        catch (IOException error) when (BackupCreation.IsDiskFull(error))
        {
            throw Full(error);
        }
    }

    /// <summary>Restores a backup into an empty or new store, or over one with <see cref="RestoreOptions.Replace"/>. Stop the server first.</summary>
    /// <param name="name">Its name, or <see cref="Latest"/>.</param>
    /// <param name="restore">How.</param>
    /// <param name="progress">Receives the work done and its total.</param>
    /// <param name="cancellationToken">Cancels the operation. A copy beside the store is removed.</param>
    /// <exception cref="BackupException">It was refused or failed; the store is as before.</exception>
    public Task<BackupRestoreReport> RestoreAsync(
        string name, RestoreOptions restore, IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken) =>
        ReadAsync(name, restore.AllowUnencrypted, async (reader, work) =>
        {
            // Refused before anything is done, and written last: a restore that fails leaves no outbox behind that the next attempt would refuse.
            if (restore.FallbackFolder is { } wanted)
                await FallbackFiles.ExtractAsync(reader, wanted, isDryRun: true, cancellationToken).ConfigureAwait(false);
            var report = await RestoreAsync(reader, restore, work, progress, cancellationToken).ConfigureAwait(false);
            if (restore is { FallbackFolder: { } folder, DryRun: false })
                await FallbackFiles.ExtractAsync(reader, folder, isDryRun: false, cancellationToken).ConfigureAwait(false);
            return report;
        }, cancellationToken);

    private async Task<BackupRestoreReport> RestoreAsync(
        BackupReader reader, RestoreOptions restore, string work, IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        if (reader.Manifest.Store == "embedded")
        {
            if (restore.Tables.Count > 0)
                throw new BackupException(BackupErrorKind.Configuration,
                    "--table is for PostgreSQL: a backup of the embedded store is restored as a whole");
            return await new EmbeddedRestore(_nexus, clock).RunAsync(reader, restore, cancellationToken).ConfigureAwait(false);
        }
        return restore.Tables.Count > 0
            ? await new TableRestore(_nexus, options, loggers, clock).RunAsync(reader, restore, work, progress, cancellationToken)
                .ConfigureAwait(false)
            : await new PostgresRestore(_nexus, options, loggers, clock).RunAsync(reader, restore, work, progress, cancellationToken)
                .ConfigureAwait(false);
    }

    /// <summary>Writes the local replica and the outbox of a backup into a data folder that has none. The store is not changed.</summary>
    /// <param name="name">The backup's name, or <see cref="Latest"/>.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="isDryRun">Whether to only check.</param>
    /// <param name="allowUnencrypted">Whether to accept a backup that is not encrypted although a backup key is configured.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The backup's name and the path of the file.</returns>
    /// <exception cref="BackupException">The backup has no such file, or the folder has one.</exception>
    public Task<(string Name, string File)> ExtractFallbackAsync(
        string name, string folder, bool isDryRun, bool allowUnencrypted, CancellationToken cancellationToken) =>
        ReadAsync(name, allowUnencrypted, async (reader, _) =>
        {
            await FallbackFiles.ExtractAsync(reader, folder, isDryRun, cancellationToken).ConfigureAwait(false);
            return (reader.Manifest.Name, Path.Combine(folder, FallbackFiles.FileName));
        }, cancellationToken);

    /// <summary>Compares one chat's session, user and trades in a backup with the present ones, and restores them on request.</summary>
    /// <param name="name">The backup's name, or <see cref="Latest"/>.</param>
    /// <param name="chat">The chat.</param>
    /// <param name="isApplied">Whether to restore; otherwise only the differences are reported.</param>
    /// <param name="allowUnencrypted">Whether to accept a backup that is not encrypted although a backup key is configured.</param>
    /// <param name="cancellationToken">Cancels the operation between two records.</param>
    public Task<ChatRestoreReport> RestoreChatAsync(
        string name, Chats.ChatId chat, bool isApplied, bool allowUnencrypted, CancellationToken cancellationToken) =>
        ReadAsync(name, allowUnencrypted, (reader, work) =>
            new ChatRestore(_nexus, options, loggers, clock).RunAsync(reader, chat, isApplied, work, cancellationToken), cancellationToken);

    /// <summary>Deletes the backups that a policy does not keep. The newest proven backup is always kept.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="isDryRun">Whether to only report.</param>
    /// <param name="cancellationToken">Cancels the operation between two backups.</param>
    public async Task<PruneReport> PruneAsync(RetentionPolicy policy, bool isDryRun, CancellationToken cancellationToken)
    {
        var target = BackupTargets.Open(options, _nexus.DataFolder, clock);
        await using var end = target.ConfigureAwait(false);
        return await BackupPrune.RunAsync(
            target, options.ReadKeys(), _nexus.UsesPostgres ? "postgresql" : "embedded", policy, options.ReadZone(), clock, isDryRun,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the backups and judges them.</summary>
    /// <param name="expectations">When they count as late; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<BackupStatus> ReadStatusAsync(BackupExpectations? expectations, CancellationToken cancellationToken) =>
        new BackupCatalog(_nexus, options, clock, expectations).ReadAsync(cancellationToken);

    private async Task<T> ReadAsync<T>(
        string name, bool allowUnencrypted, Func<BackupReader, string, Task<T>> use, CancellationToken cancellationToken)
    {
        var target = BackupTargets.Open(options, _nexus.DataFolder, clock);
        await using var end = target.ConfigureAwait(false);
        name = await ResolveAsync(target, name, cancellationToken, isRestored: true).ConfigureAwait(false);
        var reader = await BackupReader.OpenAsync(target, name, options.ReadKeys(), allowUnencrypted, cancellationToken).ConfigureAwait(false);
        var store = _nexus.UsesPostgres ? "postgresql" : "embedded";
        if (reader.Manifest.Store != store)
        {
            throw new BackupException(
                BackupErrorKind.Refused,
                reader.Manifest.Store == "embedded" ? $"{name} is a backup of an embedded store: unset DATABASE_URL to restore it"
                    : $"{name} is a backup of PostgreSQL: name a database in --database");
        }
        try
        {
            using var work = options.CreateWorkFolder("restore", clock);
            return await use(reader, work.Path).ConfigureAwait(false);
        }
        catch (IOException error) when (BackupCreation.IsDiskFull(error))
        {
            throw Full(error);
        }
    }

    /// <summary>Nothing was changed: what was written is removed.</summary>
    private static BackupException Full(IOException error) => new(
        BackupErrorKind.DiskFull,
        $"no space is left for the files of the backup ({error.Message}): free some, or name a folder on another disk in NEXUS_BACKUP_WORK "
            + "(--data for a new embedded store)", error);

    /// <summary>The state of the database (<see cref="BackupManifest.State"/>); null for the embedded store, or if it cannot be asked.</summary>
    internal async Task<string?> ReadStateAsync(CancellationToken cancellationToken)
    {
        if (!_nexus.UsesPostgres) return null;
        try
        {
            var direct = DirectConnection.Create(_nexus, options.Database, database: null, loggers);
            await using var end = direct.ConfigureAwait(false);
            var connection = await direct.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var endOfConnection = connection.ConfigureAwait(false);
            return await StateId.ReadAsync(connection, _nexus.Schema, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is NexusException or BackupException or NpgsqlException)
        {
            return null;
        }
    }

    /// <summary>The full name of a backup.</summary>
    /// <param name="target">The target.</param>
    /// <param name="name">The name, or <see cref="Latest"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="isRestored">Whether records come from it: then the newest of several states is none.</param>
    internal async Task<string> ResolveAsync(IBackupTarget target, string name, CancellationToken cancellationToken, bool isRestored = false)
    {
        if (name != Latest) return name;
        var store = _nexus.UsesPostgres ? "postgresql" : "embedded";
        var backups = (await BackupCatalog.ListAsync(target, options.ReadKeys(), cancellationToken).ConfigureAwait(false))
            .Where(backup => backup.Manifest is null || backup.Manifest.Store == store).ToList();
        if (isRestored && BackupStates.Describe(backups) is { } states)
        {
            throw new BackupException(
                BackupErrorKind.Refused,
                $"{target.Location} has backups of several states, so {Latest} may be another's: name the backup ({states})");
        }
        var future = backups.Where(backup => backup.Manifest is { } manifest && BackupClock.IsFuture(manifest.CreatedAt, clock.GetUtcNow())).ToList();
        if (isRestored && future.Count > 0)
        {
            throw new BackupException(
                BackupErrorKind.Refused,
                $"{future[0].Name} is of a time in the future, so a clock was wrong and {Latest} may not be the newest: name the backup");
        }
        // One that cannot be read is not passed over: what is done with it says what is wrong with it.
        if (backups.Except(future).Concat(future).FirstOrDefault() is { } newest) return newest.Name;
        throw new BackupException(BackupErrorKind.NotFound, $"{target.Location} has no backup of this store: run nexus backup create");
    }
}
