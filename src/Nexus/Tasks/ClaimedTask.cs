namespace Nexus.Tasks;

/// <summary>A task that a worker has claimed.</summary>
/// <param name="Task">The task as it was claimed.</param>
/// <param name="Lease">The claim.</param>
public sealed record ClaimedTask(ScheduledTask Task, TaskLease Lease)
{
    /// <summary>When it was claimed: by the store's clock, and as a time stamp of the process. Together they tell the store's time later.</summary>
    internal (DateTimeOffset Store, long Stamp)? At { get; init; }
}
