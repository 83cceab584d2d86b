namespace Nexus.Operations.Backup;

/// <summary>What the state contained at the moment of the snapshot. A restored copy is compared with it. Encrypted with the other files.</summary>
public sealed record BackupContents
{
    /// <summary>The name of this file in a backup.</summary>
    public const string FileName = "contents.json";

    /// <summary>The schema of the state.</summary>
    public required string Schema { get; init; }

    /// <summary>Every table with rows of its own: partitions, not their parents.</summary>
    public required IReadOnlyList<TableContents> Tables { get; init; }

    /// <summary>The sequences, as they were just before the snapshot. A restored one may be ahead.</summary>
    public IReadOnlyList<SequenceContents> Sequences { get; init; } = [];

    /// <summary>The roles that own objects or have privileges in the database.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>The database's own settings; null for the embedded store.</summary>
    public DatabaseProperties? Database { get; init; }

    /// <summary>As <see cref="BackupManifest.State"/>.</summary>
    public string? State { get; init; }

    /// <summary>The id of the encryption key that sealed the canary; null if nothing was ever sealed.</summary>
    public string? SealKeyId { get; init; }
}
