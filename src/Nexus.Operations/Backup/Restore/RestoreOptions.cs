namespace Nexus.Operations.Backup;

/// <summary>How a backup is restored.</summary>
public sealed record RestoreOptions
{
    /// <summary>
    /// Whether to replace a store that is not empty. The copy is restored beside it and checked, and the names are swapped at the end; the earlier
    /// state
    /// stays under another name.
    /// </summary>
    public bool Replace { get; init; }

    /// <summary>Whether to check the backup and the target, and change nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether everything belongs to the role that restores, where the roles of the backup do not exist.</summary>
    public bool NoOwner { get; init; }

    /// <summary>Only these tables; empty for everything. Their rows are replaced in one transaction.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>The folder into which the files of the fallback are written; null to leave them in the backup.</summary>
    public string? FallbackFolder { get; init; }

    /// <summary>Whether to accept a backup that is not encrypted although a backup key is configured.</summary>
    public bool AllowUnencrypted { get; init; }
}
