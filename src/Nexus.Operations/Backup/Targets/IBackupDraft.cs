namespace Nexus.Operations.Backup;

/// <summary>A backup in the making. Disposing it without a commit leaves nothing behind.</summary>
internal interface IBackupDraft : IAsyncDisposable
{
    /// <summary>The local folder of its files, readable by its owner only.</summary>
    string Folder { get; }

    /// <summary>A local folder for intermediate files, on the same disk. It does not become part of the backup.</summary>
    string WorkFolder { get; }

    /// <summary>Makes the backup durable and complete. Every file of the folder must have been flushed to the disk.</summary>
    Task CommitAsync(IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken);
}
