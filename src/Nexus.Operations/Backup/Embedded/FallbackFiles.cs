using Nexus.Failover;

namespace Nexus.Operations.Backup;

/// <summary>
/// The files of the fallback in a data folder: the local replica and the outbox with writes that PostgreSQL does not have yet; with shards, those of
/// each.
/// </summary>
internal static class FallbackFiles
{
    /// <summary>Their folder in a backup.</summary>
    public const string Folder = "fallback";

    /// <summary>The file, as <c>nexus serve</c> names it.</summary>
    public const string FileName = "fallback.db";

    /// <summary>Their size, in bytes; 0 if there are none.</summary>
    public static long Size(NexusOptions nexus) =>
        OutboxFile.FilesIn(nexus.DataFolder).Sum(file => new FileInfo(Path.Combine(nexus.DataFolder, file)).Length);

    /// <summary>Those that a backup has, by their paths in a data folder.</summary>
    public static IReadOnlyList<string> In(BackupReader reader) =>
        [.. reader.Manifest.Files.Select(file => file.Name.Split('/')).Where(IsOne).Select(path => string.Join('/', path[1..]))];

    /// <summary>Copies them while a server may be writing.</summary>
    /// <returns>Whether there were any.</returns>
    public static async Task<bool> CopyAsync(NexusOptions nexus, string folder, CancellationToken cancellationToken)
    {
        var files = OutboxFile.FilesIn(nexus.DataFolder);
        foreach (var file in files)
        {
            var copy = Path.Combine(folder, file);
            PrivateFolder.Create(Path.GetDirectoryName(copy)!);
            await SqliteSnapshot.CopyAsync(Path.Combine(nexus.DataFolder, file), copy, progress: null, cancellationToken).ConfigureAwait(false);
        }
        return files.Count > 0;
    }

    /// <summary>Writes the files of a backup into a folder that has none.</summary>
    /// <exception cref="BackupException">The backup has none, or the folder has some.</exception>
    public static async Task ExtractAsync(BackupReader reader, string folder, bool isDryRun, CancellationToken cancellationToken)
    {
        var files = In(reader);
        if (files.Count == 0) throw new BackupException(BackupErrorKind.NotFound, $"{reader.Manifest.Name} has no files of the fallback");
        foreach (var path in files.Select(file => Path.Combine(folder, file)))
            if (File.Exists(path)) throw new BackupException(BackupErrorKind.Refused, $"{path} exists and may hold writes: name another folder");
        if (isDryRun) return;
        // On the same disk, so that each file is complete when it has its name; what a failure leaves is in nobody's way.
        var work = Path.Combine(folder, $".restore-{Guid.NewGuid():n}");
        PrivateFolder.Create(work);
        try
        {
            await reader.ExtractAsync(work, file => IsOne(file.Split('/')), progress: null, cancellationToken).ConfigureAwait(false);
            foreach (var file in files)
            {
                PrivateFolder.Create(Path.GetDirectoryName(Path.Combine(folder, file))!);
                File.Move(Path.Combine(work, Folder, file), Path.Combine(folder, file));
            }
        }
        finally
        {
            PrivateFolder.TryDelete(work);
        }
    }

    /// <summary>A name in a manifest is no path outside of the folder.</summary>
    private static bool IsOne(string[] path) => path is [Folder, FileName]
        || path is [Folder, ['s', 'h', 'a', 'r', 'd', '-', .. var number], FileName] && number.Length > 0 && number.All(char.IsAsciiDigit);
}
