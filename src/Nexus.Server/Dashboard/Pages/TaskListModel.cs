using Nexus.Tasks;

namespace Nexus.Server.Dashboard;

/// <summary>A page of scheduled tasks.</summary>
public sealed class TaskListModel
{
    /// <summary>The filter as it was typed.</summary>
    public required TaskFilterText Filter { get; init; }

    /// <summary>Whether this is not the first page.</summary>
    public bool IsLater { get; init; }

    /// <summary>The tasks.</summary>
    public IReadOnlyList<ScheduledTask> Rows { get; init; } = [];

    /// <summary>The cursor of the next page; null on the last.</summary>
    public Guid? Next { get; init; }

    /// <summary>The tasks that wait for a worker; null if the filter is wrong.</summary>
    public TaskBacklog? Backlog { get; init; }

    /// <summary>What is wrong with the filter; null if nothing is.</summary>
    public string? Error { get; init; }
}
