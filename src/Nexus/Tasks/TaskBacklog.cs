namespace Nexus.Tasks;

/// <summary>The tasks that wait for a worker.</summary>
/// <param name="Due">Tasks that are due and that nobody has, counted up to 10,000.</param>
/// <param name="OldestDue">Since when the first of them is due; null if none is.</param>
/// <param name="At">The store's time.</param>
public sealed record TaskBacklog(long Due, DateTimeOffset? OldestDue, DateTimeOffset At)
{
    /// <summary>How long the first one has waited; zero if none is due.</summary>
    public TimeSpan Overdue => OldestDue is { } oldest && oldest < At ? At - oldest : TimeSpan.Zero;
}
