namespace Nexus.Operations.Backup;

/// <summary>How a backup is verified.</summary>
public sealed record VerifyOptions
{
    /// <summary>Whether to start a temporary server on this machine for the restore, instead of a temporary database on the store's server.</summary>
    public bool Scratch { get; init; }

    /// <summary>The server for the temporary database; null for the store's own.</summary>
    public string? ScratchDatabase { get; init; }

    /// <summary>Whether to check only the files: checksums and a full read, without a restore. This is no proof.</summary>
    public bool FilesOnly { get; init; }

    /// <summary>Whether to skip opening the sealed values, where the encryption keys must not be at hand.</summary>
    public bool SkipSealedValues { get; init; }

    /// <summary>Whether to accept a backup that is not encrypted although a backup key is configured.</summary>
    public bool AllowUnencrypted { get; init; }
}
