using Nexus.Chats;
using Nexus.Json;

namespace Nexus.Tasks;

/// <summary>A task to create.</summary>
public sealed record NewTask
{
    /// <summary>Any UUID except the empty one, for a repeat that creates nothing; null for a new one.</summary>
    public Guid? Id { get; init; }

    /// <summary>The chat that it belongs to.</summary>
    public required ChatId ChatId { get; init; }

    /// <summary>What the worker does, 1 to 100 characters.</summary>
    public required string Action { get; init; }

    /// <summary>A JSON object of at most 256 KiB; secrets in it are sealed.</summary>
    public StateJson Parameters { get; init; } = StateJson.EmptyObject;

    /// <summary>When it runs.</summary>
    public required TaskSchedule Schedule { get; init; }

    /// <summary>What happens to runs that are missed.</summary>
    public MissedRuns Missed { get; init; }

    /// <summary>For people, at most 1,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>The caller's own name of the task, at most 200 characters.</summary>
    public string? JobId { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>When the first run is due; null for the first occurrence of the schedule after now, by the store's clock.</summary>
    public DateTimeOffset? NextRun { get; init; }
}

/// <summary>A change of a task. What is null stays.</summary>
public sealed record TaskChange
{
    /// <summary>What the worker does.</summary>
    public string? Action { get; init; }

    /// <summary>The new parameters, whole.</summary>
    public StateJson? Parameters { get; init; }

    /// <summary>When it runs. The next run is computed from now.</summary>
    public TaskSchedule? Schedule { get; init; }

    /// <summary>What happens to runs that are missed.</summary>
    public MissedRuns? Missed { get; init; }

    /// <summary>For people; an empty text removes it.</summary>
    public string? Description { get; init; }

    /// <summary>The caller's own name; an empty text removes it.</summary>
    public string? JobId { get; init; }

    /// <summary>False pauses the task; true resumes it, and its next run is computed from now.</summary>
    public bool? IsActive { get; init; }

    /// <summary>When the next run is due.</summary>
    public DateTimeOffset? NextRun { get; init; }
}

/// <summary>Which tasks to list. All conditions must hold.</summary>
public sealed record TaskFilter
{
    /// <summary>One chat.</summary>
    public ChatId? ChatId { get; init; }

    /// <summary>Active or not.</summary>
    public bool? IsActive { get; init; }

    /// <summary>Only those whose last run or attempt failed.</summary>
    public bool HasFailed { get; init; }

    /// <summary>One action, exactly.</summary>
    public string? Action { get; init; }

    /// <summary>Only tasks after this id: that of the last task of the previous page.</summary>
    public Guid? After { get; init; }

    /// <summary>The most tasks to return, 1 or more; null for all.</summary>
    public int? Limit { get; init; }
}
