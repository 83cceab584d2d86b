using Nexus.Secrets;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Operations.Backup;

/// <summary>Puts the embedded store into a draft, while a server may be writing.</summary>
internal sealed class EmbeddedBackup(NexusOptions nexus, TimeProvider clock)
{
    /// <summary>The folder of the store's file in a backup.</summary>
    public const string StoreFolder = "store";

    private const string LockFile = "backup.lock";

    /// <summary>Copies, digests and checks.</summary>
    /// <exception cref="BackupException">A condition is not met, or the store is damaged.</exception>
    public async Task<DraftSource> RunAsync(
        IBackupTarget target, Func<DateTimeOffset, Task<IBackupDraft>> begin, bool isEncrypted, WorkProgress progress,
        CancellationToken cancellationToken)
    {
        var source = RequireStore(nexus);
        var busy = FileLock.Acquire(
            Path.Combine(nexus.DataFolder, LockFile), $"another backup of the store in {nexus.DataFolder} is running: wait until it ends");
        await using var end = busy.ConfigureAwait(false);
        var bytes = new FileInfo(source).Length;
        SpaceEstimate.Require(target, bytes, bytes, isEncrypted, isCompressed: false, FallbackFiles.Size(nexus));
        var createdAt = clock.GetUtcNow();
        var draft = await begin(createdAt).ConfigureAwait(false);
        var folder = Path.Combine(isEncrypted ? draft.WorkFolder : draft.Folder, StoreFolder);
        PrivateFolder.Create(folder);
        var copy = Path.Combine(folder, LocalStoreFiles.Store);
        var (tables, version) = await SqliteSnapshot.CopyAsync(
            source, copy, (done, total) => progress.Report("copy", done, total), cancellationToken)
            .ConfigureAwait(false);
        if (tables.All(table => table.Name != "sessions"))
            throw new BackupException(BackupErrorKind.Refused, $"{source} has no state of Nexus");
        var contents = new BackupContents
        {
            Schema = "main",
            Tables = tables,
            SealKeyId = Sealer.KeyIdOf(await LocalStoreFiles.ReadMetaAsync(copy, KeyCanary.Name, cancellationToken).ConfigureAwait(false)),
        };
        IReadOnlyList<string> notes = File.Exists(Path.Combine(nexus.DataFolder, LocalStoreFiles.Key))
            ? [$"the encryption key {LocalStoreFiles.Key} is not in the backup: keep a copy of it apart from the backups"] : [];
        return new DraftSource(draft, createdAt, "embedded", Path.GetFullPath(source), $"SQLite {version}", null, contents, folder, notes);
    }

    /// <summary>The file of the store.</summary>
    /// <exception cref="BackupException">There is none.</exception>
    public static string RequireStore(NexusOptions nexus)
    {
        var source = Path.Combine(nexus.DataFolder, LocalStoreFiles.Store);
        if (File.Exists(source)) return source;
        throw new BackupException(
            BackupErrorKind.Refused,
            $"{nexus.DataFolder} has no embedded store: name its folder in --data, or the PostgreSQL database in --database");
    }
}
