namespace Nexus.Operations.Backup;

/// <summary>What the server says about its WAL archive (https://www.postgresql.org/docs/current/monitoring-stats.html).</summary>
/// <param name="IsOn">Whether WAL is archived.</param>
/// <param name="LastWal">The segment that was archived last; null if none was since the statistics were reset.</param>
/// <param name="LastAt">When.</param>
/// <param name="WaitingSegments">Complete segments that are not archived; null if it is not known.</param>
/// <param name="Failures">Failed attempts since the statistics were reset.</param>
/// <param name="LastFailureAt">When the last attempt failed; null if none did.</param>
/// <param name="Timeout">After which time an incomplete segment is archived; zero for never.</param>
/// <param name="SystemId">The system identifier of the cluster.</param>
public sealed record WalArchive(
    bool IsOn, string? LastWal, DateTimeOffset? LastAt, long? WaitingSegments, long Failures, DateTimeOffset? LastFailureAt, TimeSpan Timeout,
    long SystemId)
{
    /// <summary>Whether the last attempt failed.</summary>
    public bool IsFailing => LastFailureAt is { } failed && (LastAt is not { } archived || failed > archived);
}
