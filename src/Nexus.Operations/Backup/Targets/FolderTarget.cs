using Nexus.Secrets;
using Nexus.Sqlite;

namespace Nexus.Operations.Backup;

/// <summary>Backups in a folder, each in a folder of its own.</summary>
internal sealed class FolderTarget(string folder) : IBackupTarget
{
    private const string DraftPrefix = ".partial-";
    private const string LockFile = ".nexus-backup.lock";

    /// <summary>Folders in a backup, as <see cref="BackupName.IsFileName"/> allows them, and one more to find what does not belong there.</summary>
    private const int MaxDepth = 4;

    private static readonly EnumerationOptions AllEntries = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private readonly string _folder = Path.GetFullPath(folder);

    public string Location => _folder;

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        RequireFolder();
        IReadOnlyList<string> names = !Directory.Exists(_folder) ? [] : [.. Directory.EnumerateDirectories(_folder)
            .Select(path => Path.GetFileName(path))
            .Where(name => BackupName.IsName(name) && IsThere(Path.Combine(_folder, name, ManifestFile.CodeFileName)))];
        return Task.FromResult(names);
    }

    public Task<IReadOnlyDictionary<string, long>> ListFilesAsync(string backup, CancellationToken cancellationToken)
    {
        var root = PathOf(backup);
        var files = new Dictionary<string, long>(StringComparer.Ordinal);
        try
        {
            Add(new DirectoryInfo(root), depth: 0);
        }
        catch (DirectoryNotFoundException error)
        {
            throw new BackupException(BackupErrorKind.NotFound, $"{backup} is no longer in {_folder}", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw NotReadable(backup, "its folder", error);
        }
        return Task.FromResult<IReadOnlyDictionary<string, long>>(files);

        // A link counts as a file: what it names may be any folder of the machine.
        void Add(DirectoryInfo folder, int depth)
        {
            foreach (var entry in folder.EnumerateFileSystemInfos("*", AllEntries))
            {
                if (entry is DirectoryInfo inner && entry.LinkTarget is null && depth < MaxDepth) Add(inner, depth + 1);
                else files.Add(Path.GetRelativePath(root, entry.FullName).Replace('\\', '/'), entry is FileInfo file ? file.Length : 0);
            }
        }
    }

    public Task<Stream> OpenReadAsync(string backup, string file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(PathOf(backup), file);
        try
        {
            // With a link, anyone who can write to the target could make this program read any file.
            for (var part = path; part.Length > _folder.Length; part = Path.GetDirectoryName(part)!)
            {
                if (new FileInfo(part).LinkTarget is not null)
                    throw new BackupException(BackupErrorKind.Damaged, $"{backup} is damaged: {file} is a symbolic link");
            }
            // Opening a pipe waits for a writer, and anyone who can write to the target can make one.
            if (!OperatorFile.IsOrdinary(path)) throw new BackupException(BackupErrorKind.Damaged, $"{backup} is damaged: {file} is not a file");
            return Task.FromResult<Stream>(PrivateFolder.OpenRead(path));
        }
        catch (UnauthorizedAccessException error)
        {
            throw NotReadable(backup, file, error);
        }
        catch (DirectoryNotFoundException error)
        {
            throw new FileNotFoundException($"{file} is missing", file, error);
        }
    }

    public async Task WriteDocumentAsync(string backup, string file, byte[] content, CancellationToken cancellationToken)
    {
        var path = Path.Combine(PathOf(backup), file);
        var draft = $"{path}.{Guid.NewGuid():n}";
        try
        {
            await PrivateFolder.WriteAsync(draft, content, cancellationToken).ConfigureAwait(false);
            File.Move(draft, path, overwrite: true);
            LocalStoreFiles.FlushNames(PathOf(backup));
        }
        finally
        {
            File.Delete(draft);
        }
    }

    public Task<IBackupDraft> BeginAsync(string backup, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(_folder);
        RemoveLeftovers();
        return Task.FromResult<IBackupDraft>(new Draft(Path.Combine(_folder, DraftPrefix + backup), PathOf(backup)));
    }

    public Task DeleteAsync(string backup, CancellationToken cancellationToken)
    {
        var doomed = Path.Combine(_folder, DraftPrefix + backup);
        PrivateFolder.TryDelete(doomed);
        Directory.Move(PathOf(backup), doomed);
        LocalStoreFiles.FlushNames(_folder);
        Directory.Delete(doomed, recursive: true);
        return Task.CompletedTask;
    }

    public Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken)
    {
        RequireFolder();
        try
        {
            PrivateFolder.Create(_folder);
            return Task.FromResult<IAsyncDisposable>(FileLock.Acquire(
                Path.Combine(_folder, LockFile), $"another backup or prune is running in {_folder}: wait until it ends"));
        }
        catch (Exception error) when (error is UnauthorizedAccessException || (error is IOException io && !BackupCreation.IsDiskFull(io)))
        {
            throw new BackupException(BackupErrorKind.Unreachable, $"the folder {_folder} cannot be written to: {error.Message}", error);
        }
    }

    public (long Bytes, string Where)? FreeSpace()
    {
        var existing = _folder;
        while (!Directory.Exists(existing)) existing = Path.GetDirectoryName(existing)!;
        return (new DriveInfo(existing).AvailableFreeSpace, _folder);
    }

    public ValueTask DisposeAsync() => default;

    private void RequireFolder()
    {
        if (File.Exists(_folder)) throw new BackupException(BackupErrorKind.Configuration, $"{_folder} is a file: name a folder in --target");
    }

    /// <summary>Whether a file is there, or may be: one in a folder that this user cannot look into is not taken for missing.</summary>
    private static bool IsThere(string path)
    {
        try
        {
            File.GetAttributes(path);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static BackupException NotReadable(string backup, string what, Exception error) => new(
        BackupErrorKind.Unreachable, $"{backup}: this user may not read {what}: run as the user that makes the backups", error);

    private string PathOf(string backup) => BackupName.IsName(backup)
        ? Path.Combine(_folder, backup)
        : throw new BackupException(BackupErrorKind.NotFound, $"{backup} is not the name of a backup");

    /// <summary>Drafts of ended processes: the caller holds the lock, so nobody else is making one.</summary>
    private void RemoveLeftovers()
    {
        foreach (var leftover in Directory.EnumerateDirectories(_folder, DraftPrefix + "*")) PrivateFolder.TryDelete(leftover);
    }

    private sealed class Draft : IBackupDraft
    {
        private readonly string _root;
        private readonly string _final;

        public Draft(string root, string final)
        {
            (_root, _final) = (root, final);
            PrivateFolder.Create(Folder);
            PrivateFolder.Create(WorkFolder);
        }

        public string Folder => Path.Combine(_root, "files");

        public string WorkFolder => Path.Combine(_root, "work");

        public Task CommitAsync(IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
        {
            foreach (var inner in Directory.EnumerateDirectories(Folder, "*", SearchOption.AllDirectories)) LocalStoreFiles.FlushNames(inner);
            LocalStoreFiles.FlushNames(Folder);
            cancellationToken.ThrowIfCancellationRequested();
            Directory.Move(Folder, _final);
            LocalStoreFiles.FlushNames(Path.GetDirectoryName(_final)!);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            PrivateFolder.TryDelete(_root);
            return default;
        }
    }
}
