namespace Nexus.Operations.Backup;

/// <summary>What a prune deleted, or would delete.</summary>
/// <param name="DryRun">Whether nothing was deleted.</param>
/// <param name="Kept">The backups that stay, newest first, with the reason.</param>
/// <param name="Deleted">The backups that were deleted, or would be.</param>
/// <param name="FreedBytes">Their size.</param>
public sealed record PruneReport(bool DryRun, IReadOnlyList<KeptBackup> Kept, IReadOnlyList<string> Deleted, long FreedBytes);
