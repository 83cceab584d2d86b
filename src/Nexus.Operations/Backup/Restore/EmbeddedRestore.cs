using System.Globalization;
using Microsoft.Data.Sqlite;
using Nexus.Errors;
using Nexus.Sqlite;

namespace Nexus.Operations.Backup;

/// <summary>
/// Restores the embedded store. The file is checked beside the present one and takes its name in one step; the present one keeps a second name.
/// </summary>
internal sealed class EmbeddedRestore(NexusOptions nexus, TimeProvider clock)
{
    /// <exception cref="BackupException">It was refused or failed; nothing was changed.</exception>
    public async Task<BackupRestoreReport> RunAsync(BackupReader reader, RestoreOptions restore, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(nexus.DataFolder);
        var file = Path.Combine(folder, LocalStoreFiles.Store);
        var contents = await reader.ReadContentsAsync(cancellationToken).ConfigureAwait(false);
        var isThere = File.Exists(file);
        if (isThere && !restore.Replace)
        {
            throw new BackupException(
                BackupErrorKind.Refused,
                $"{file} exists: name another folder in --data, or pass --replace, which keeps the earlier file under another name");
        }
        var report = new BackupRestoreReport(
            reader.Manifest.Name, reader.Manifest.CreatedAt, file, isThere ? "occupied" : "nothing", restore.DryRun, contents.Tables.Count,
            contents.Tables.Sum(table => table.Rows), null, reader.Manifest.Notes);
        await reader.CheckFilesAsync(cancellationToken).ConfigureAwait(false);
        if (restore.DryRun)
        {
            await reader.ExtractAsync(folder: null, accepts: null, progress: null, cancellationToken).ConfigureAwait(false);
            return report;
        }
        using var locked = LocalStoreFiles.Lock(nexus.DataFolder);
        var work = Path.Combine(folder, $".restore-{Guid.NewGuid():n}");
        PrivateFolder.Create(work);
        try
        {
            await reader.ExtractAsync(work, name => name.StartsWith(EmbeddedBackup.StoreFolder, StringComparison.Ordinal), progress: null,
                cancellationToken)
                .ConfigureAwait(false);
            var restored = Path.Combine(work, EmbeddedBackup.StoreFolder, LocalStoreFiles.Store);
            var tables = await SqliteSnapshot.ReadAsync(restored, cancellationToken).ConfigureAwait(false);
            if (ContentComparison.Compare(contents.Tables, tables) is { Count: > 0 } differences)
                throw new BackupException(BackupErrorKind.Damaged, $"the copy differs: {string.Join("; ", differences)}");
            Flush(restored);
            var previous = isThere ? await KeepPresentAsync(file).ConfigureAwait(false) : null;
            File.Move(restored, file, overwrite: true);
            LocalStoreFiles.FlushNames(folder);
            return report with
            {
                Previous = previous,
                Notes = previous is null ? report.Notes : [.. report.Notes,
                    $"the earlier state is {previous}: delete it when it is no longer needed"],
            };
        }
        finally
        {
            PrivateFolder.TryDelete(work);
        }
    }

    /// <summary>Gives the present file a second name, with everything that its log holds.</summary>
    private async Task<string> KeepPresentAsync(string file)
    {
        var previous = $"{file}.replaced-{clock.GetUtcNow().UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}";
        var (log, isDamaged) = ($"{file}-wal", false);
        try
        {
            if (!await LocalStoreFiles.FoldLogAsync(file, CancellationToken.None).ConfigureAwait(false))
                throw new BackupException(BackupErrorKind.Busy, $"another program has {file} open: close it and try again");
        }
        catch (Exception error) when (error is SqliteException or NexusException)
        {
            // A damaged file is a reason for a restore. Its log stays beside it.
            isDamaged = true;
        }
        if (!LocalStoreFiles.TryAddName(file, previous) || (isDamaged && File.Exists(log) && !LocalStoreFiles.TryAddName(log, $"{previous}-wal")))
            throw new BackupException(BackupErrorKind.Refused, $"{previous} exists: try again in a second");
        LocalStoreFiles.FlushNames(Path.GetDirectoryName(file)!);
        // Before the new file has its name: SQLite would apply the log to whatever file stands beside it.
        File.Delete(log);
        File.Delete($"{file}-shm");
        return previous;
    }

    private static void Flush(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        RandomAccess.FlushToDisk(stream.SafeFileHandle);
    }
}
