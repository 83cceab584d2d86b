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
