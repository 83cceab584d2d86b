using Nexus.Json;

namespace Nexus.Tasks;

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
