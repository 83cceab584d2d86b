using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Nexus.Operations.Backup;

/// <summary>Makes a backup: a draft by the store, the files into their stored form, the manifest, and the commit.</summary>
internal sealed class BackupCreation(NexusOptions nexus, BackupOptions options, ILoggerFactory loggers, TimeProvider clock)
{
    /// <exception cref="BackupException">A condition is not met, or a part failed. Nothing is left behind.</exception>
    public async Task<BackupReport> RunAsync(IBackupTarget target, IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        nexus.Validate();
        var started = clock.GetTimestamp();
        var key = options.ReadKeys().Primary;
        // Before the target is made: a wrong folder stays as it is.
        if (!nexus.UsesPostgres) EmbeddedBackup.RequireStore(nexus);
        var locked = await target.LockAsync(cancellationToken).ConfigureAwait(false);
        await using var endOfLock = locked.ConfigureAwait(false);
        var (id, name) = (Guid.NewGuid(), "");
        IBackupDraft? draft = null;
        try
        {
            var work = new WorkProgress(progress);
            var source = nexus.UsesPostgres
                ? await new PostgresBackup(nexus, options, loggers, clock).RunAsync(target, BeginAsync, key is not null, work, cancellationToken)
                    .ConfigureAwait(false)
                : await new EmbeddedBackup(nexus, clock).RunAsync(target, BeginAsync, key is not null, work, cancellationToken).ConfigureAwait(false);
            if (nexus.UsesPostgres)
                await FallbackFiles.CopyAsync(nexus, Path.Combine(source.Draft.WorkFolder, FallbackFiles.Folder), cancellationToken)
                    .ConfigureAwait(false);
            var files = await StoreFilesAsync(source, key, id, cancellationToken).ConfigureAwait(false);
            var manifest = new BackupManifest
            {
                Id = id,
                Name = name,
                Store = source.Store,
                Source = source.Source,
                State = source.Contents.State,
                CreatedAt = source.CreatedAt,
                CompletedAt = clock.GetUtcNow(),
                Program = ProgramVersion,
                ServerVersion = source.ServerVersion,
                DumpProgram = source.DumpProgram,
                Encryption = key is null ? null : new BackupEncryption(BackupEncryption.Aes256GcmStream, key.Id),
                Files = files,
                Notes = source.Notes,
            };
            var (json, code) = ManifestFile.Write(manifest, key);
            await PrivateFolder.WriteAsync(Path.Combine(source.Draft.Folder, ManifestFile.FileName), json, cancellationToken).ConfigureAwait(false);
            await PrivateFolder.WriteAsync(
                Path.Combine(source.Draft.Folder, ManifestFile.CodeFileName), System.Text.Encoding.ASCII.GetBytes(code), cancellationToken)
                .ConfigureAwait(false);
            await source.Draft.CommitAsync(progress, cancellationToken).ConfigureAwait(false);
            return new BackupReport(
                name, target.Location, source.Store, source.CreatedAt, clock.GetElapsedTime(started), manifest.StoredBytes,
                source.Contents.Tables.Count, source.Contents.Tables.Sum(table => table.Rows), key?.Id, source.Notes);
        }
        catch (IOException error) when (IsDiskFull(error))
        {
            throw new BackupException(BackupErrorKind.DiskFull, $"no space is left in {target.Location}: {error.Message}", error);
        }
        finally
        {
            if (draft is not null) await draft.DisposeAsync().ConfigureAwait(false);
        }

        async Task<IBackupDraft> BeginAsync(DateTimeOffset createdAt)
        {
            name = BackupName.Create(createdAt, id);
            return draft = await target.BeginAsync(name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The version of this program.</summary>
    public static string ProgramVersion { get; } =
        typeof(BackupCreation).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>Hashes what is stored as it is, encrypts the rest, and brings everything to the disk.</summary>
    private static async Task<List<BackupFile>> StoreFilesAsync(DraftSource source, BackupKey? key, Guid id, CancellationToken cancellationToken)
    {
        var (draft, work) = (source.Draft, source.Draft.WorkFolder);
        var contents = JsonSerializer.SerializeToUtf8Bytes(source.Contents, BackupJson.Default.BackupContents);
        await PrivateFolder.WriteAsync(Path.Combine(work, BackupContents.FileName), contents, cancellationToken).ConfigureAwait(false);
        var files = new List<BackupFile>();
        foreach (var root in key is null ? [draft.Folder, work] : new[] { work })
        {
            foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList())
            {
                var name = Path.GetRelativePath(root, path).Replace('\\', '/');
                files.Add(root == draft.Folder
                    ? await HashAsync(path, name, id, cancellationToken).ConfigureAwait(false)
                    : await MoveAsync(path, draft.Folder, name, key, id, cancellationToken).ConfigureAwait(false));
            }
        }
        return files;
    }

    private static async Task<BackupFile> HashAsync(string path, string name, Guid id, CancellationToken cancellationToken)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
        {
            var stored = await EncryptingCopy.RunAsync(file, output: null, key: null, id, name, progress: null, cancellationToken)
                .ConfigureAwait(false);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
            return stored;
        }
    }

    private static async Task<BackupFile> MoveAsync(
        string path, string folder, string name, BackupKey? key, Guid id, CancellationToken cancellationToken)
    {
        var destination = Path.Combine(folder, name);
        PrivateFolder.Create(Path.GetDirectoryName(destination)!);
        BackupFile stored;
        var input = PrivateFolder.OpenRead(path);
        await using (input.ConfigureAwait(false))
        {
            var output = PrivateFolder.CreateFile(destination);
            await using (output.ConfigureAwait(false))
            {
                stored = await EncryptingCopy.RunAsync(input, output, key, id, name, progress: null, cancellationToken).ConfigureAwait(false);
                RandomAccess.FlushToDisk(output.SafeFileHandle);
            }
        }
        File.Delete(path);
        return stored;
    }

    /// <summary>Whether a disk is full: ENOSPC, or ERROR_DISK_FULL on Windows.</summary>
    internal static bool IsDiskFull(IOException error) => error.HResult is 28 or unchecked((int)0x80070070);
}
