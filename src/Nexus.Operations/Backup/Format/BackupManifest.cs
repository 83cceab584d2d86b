namespace Nexus.Operations.Backup;

/// <summary>
/// What a backup is and which files belong to it. The manifest itself is not encrypted, so that backups can be listed without the key; it holds no
/// figures of the state. It is authenticated under the key of an encrypted backup.
/// </summary>
public sealed record BackupManifest
{
    /// <summary>The version of the format that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The version of the format. A program refuses a newer one.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The id. Every encrypted file is bound to it.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name, which is also the name of its folder.</summary>
    public required string Name { get; init; }

    /// <summary><c>postgresql</c> or <c>embedded</c>.</summary>
    public required string Store { get; init; }

    /// <summary>The database as <c>host:port/name</c>, or the file of the embedded store.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// Which state it is of: the same for every backup of a database, also after a restore, another name or another address. Null for the embedded
    /// store and in backups of earlier versions.
    /// </summary>
    public string? State { get; init; }

    /// <summary>When the snapshot was taken, by the clock of the machine that made the backup.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the backup was complete.</summary>
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>The version of Nexus that made it.</summary>
    public required string Program { get; init; }

    /// <summary>The version of PostgreSQL or SQLite that held the state.</summary>
    public required string ServerVersion { get; init; }

    /// <summary>The version of pg_dump; null for the embedded store.</summary>
    public string? DumpProgram { get; init; }

    /// <summary>How it is encrypted; null if it is not.</summary>
    public BackupEncryption? Encryption { get; init; }

    /// <summary>Every file except the manifest, its authentication code and the proof.</summary>
    public required IReadOnlyList<BackupFile> Files { get; init; }

    /// <summary>What the backup does not contain, and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The size of all files as stored, in bytes.</summary>
    public long StoredBytes => Files.Sum(file => file.StoredBytes);
}
