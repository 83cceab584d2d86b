namespace Nexus.Operations.Backup;

/// <summary>A place that keeps backups. A backup is complete once its authentication code is there, which is stored last.</summary>
internal interface IBackupTarget : IAsyncDisposable
{
    /// <summary>Where it is, without credentials.</summary>
    string Location { get; }

    /// <summary>The names of the complete backups, in any order.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The files of a backup, with their stored sizes.</summary>
    Task<IReadOnlyDictionary<string, long>> ListFilesAsync(string backup, CancellationToken cancellationToken);

    /// <summary>Opens a file of a backup.</summary>
    /// <exception cref="FileNotFoundException">The backup has no such file.</exception>
    Task<Stream> OpenReadAsync(string backup, string file, CancellationToken cancellationToken);

    /// <summary>Adds or replaces a small document beside the files of a complete backup.</summary>
    Task WriteDocumentAsync(string backup, string file, byte[] content, CancellationToken cancellationToken);

    /// <summary>Begins a backup in a local folder. Nothing is visible before it is committed.</summary>
    Task<IBackupDraft> BeginAsync(string backup, CancellationToken cancellationToken);

    /// <summary>Deletes a backup. It stops being complete before its first file is gone.</summary>
    Task DeleteAsync(string backup, CancellationToken cancellationToken);

    /// <summary>Excludes other changes of the target until it is disposed.</summary>
    /// <exception cref="BackupException">Another process changes it.</exception>
    Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken);

    /// <summary>The free space for a draft, and where that is; null if the target does not tell.</summary>
    (long Bytes, string Where)? FreeSpace();
}
