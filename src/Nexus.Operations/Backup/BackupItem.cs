namespace Nexus.Operations.Backup;

/// <summary>A backup of a target.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Manifest">Its manifest; null if it cannot be read.</param>
/// <param name="Proof">The evidence of its last verification; null if it was never verified, or the evidence is not authentic.</param>
/// <param name="Error">Why the manifest cannot be read; null if it can.</param>
public sealed record BackupItem(string Name, BackupManifest? Manifest, BackupProof? Proof, string? Error = null)
{
    /// <summary>Whether it has a proof that cannot be checked, because the key of the backup is not configured.</summary>
    public bool HasSealedProof { get; init; }

    /// <summary>Whether it was restored and compared successfully, and its last verification did not fail.</summary>
    public bool IsProven => Proof?.IsProof == true;
}
