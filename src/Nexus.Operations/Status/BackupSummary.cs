namespace Nexus.Operations.Status;

/// <summary>The backups at a glance.</summary>
/// <param name="Target">Where they are.</param>
/// <param name="Newest">The newest one; null if there is none.</param>
/// <param name="NewestAt">When its snapshot was taken.</param>
/// <param name="Proven">The newest one that was proven by a restore; null if there is none.</param>
/// <param name="ProvenAt">When it was proven.</param>
/// <param name="Findings">What is wrong; empty if nothing is.</param>
public sealed record BackupSummary(
    string Target, string? Newest, DateTimeOffset? NewestAt, string? Proven, DateTimeOffset? ProvenAt, IReadOnlyList<string> Findings);
