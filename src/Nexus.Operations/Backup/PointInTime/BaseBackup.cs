namespace Nexus.Operations.Backup;

/// <summary>A base backup of pgBackRest.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Type"><c>full</c>, <c>diff</c> or <c>incr</c>.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="CompletedAt">When it ended: the earliest time that it can be restored to.</param>
/// <param name="Bytes">The size of the cluster, in bytes.</param>
/// <param name="StoredBytes">What this backup added to the repository, in bytes.</param>
/// <param name="HasErrors">Whether pages had wrong checksums.</param>
/// <param name="Repository">The number of its repository.</param>
/// <param name="FirstWal">The WAL segment from which it is restored.</param>
public sealed record BaseBackup(
    string Label, string Type, DateTimeOffset StartedAt, DateTimeOffset CompletedAt, long Bytes, long StoredBytes, bool HasErrors, int Repository,
    string FirstWal);
