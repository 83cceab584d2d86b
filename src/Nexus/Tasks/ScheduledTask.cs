using Nexus.Chats;
using Nexus.Json;

namespace Nexus.Tasks;

/// <summary>A scheduled task.</summary>
public sealed record ScheduledTask
{
    /// <summary>Unique over all chats.</summary>
    public required Guid Id { get; init; }

    /// <summary>The chat that it belongs to.</summary>
    public required ChatId ChatId { get; init; }

    /// <summary>What the worker does, 1 to 100 characters.</summary>
    public required string Action { get; init; }

    /// <summary>A JSON object of at most 256 KiB; secrets in it are sealed.</summary>
    public StateJson Parameters { get; init; } = StateJson.EmptyObject;

    /// <summary>When it runs.</summary>
    public required TaskSchedule Schedule { get; init; }

    /// <summary>What happens to runs that were missed.</summary>
    public MissedRuns Missed { get; init; }

    /// <summary>For people; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>The caller's own name of the task; null for none.</summary>
    public string? JobId { get; init; }

    /// <summary>Whether it runs. A task whose schedule has ended is not active.</summary>
    public bool IsActive { get; init; }

    /// <summary>When the next run is due, or the run that is in progress was; null if there is none.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>When it was created, by the store's clock.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Claims since the last completed run.</summary>
    public int Attempts { get; init; }

    /// <summary>When the last run was completed, by the store's clock; null for never.</summary>
    public DateTimeOffset? LastRun { get; init; }

    /// <summary>Why the last run or attempt failed, with secrets masked; null if it did not.</summary>
    public string? LastError { get; init; }

    /// <summary>The claim of the worker that has the task; null if nobody has it.</summary>
    public TaskLease? Lease { get; init; }

    /// <summary>Increases with each change and each completed run. A lease leaves it.</summary>
    public long Version { get; init; }

    /// <summary>When the version was written, by the store's clock.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
