namespace Nexus.Operations.Backup;

/// <summary>The files of the fallback in a data folder: the local replica and the outbox with writes that PostgreSQL does not have yet.</summary>
internal static class FallbackFiles
{
    /// <summary>Their folder in a backup.</summary>
    public const string Folder = "fallback";

    /// <summary>The file, as <c>nexus serve</c> names it.</summary>
    public const string FileName = "fallback.db";

    /// <summary>Their size, in bytes; 0 if there are none.</summary>
    public static long Size(NexusOptions nexus) => new FileInfo(SourceOf(nexus)) is { Exists: true } file ? file.Length : 0;

    /// <summary>Copies them while a server may be writing.</summary>
    /// <returns>Whether there were any.</returns>
    public static async Task<bool> CopyAsync(NexusOptions nexus, string folder, CancellationToken cancellationToken)
    {
        var source = SourceOf(nexus);
        if (!File.Exists(source)) return false;
        PrivateFolder.Create(folder);
        await SqliteSnapshot.CopyAsync(source, Path.Combine(folder, FileName), progress: null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Writes the files of a backup into a folder that has none.</summary>
    /// <exception cref="BackupException">The backup has none, or the folder has some.</exception>
    public static async Task ExtractAsync(BackupReader reader, string folder, bool isDryRun, CancellationToken cancellationToken)
    {
        var name = $"{Folder}/{FileName}";
        if (!reader.Has(name)) throw new BackupException(BackupErrorKind.NotFound, $"{reader.Manifest.Name} has no files of the fallback");
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path)) throw new BackupException(BackupErrorKind.Refused, $"{path} exists and may hold writes: name another folder");
        if (isDryRun) return;
        PrivateFolder.Create(folder);
        await reader.ExtractAsync(folder, file => file == name, progress: null, cancellationToken).ConfigureAwait(false);
        File.Move(Path.Combine(folder, name), path);
        Directory.Delete(Path.Combine(folder, Folder));
    }

    private static string SourceOf(NexusOptions nexus) => Path.Combine(nexus.DataFolder, FileName);
}
