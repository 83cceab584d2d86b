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

/// <summary>The filter of a list of tasks as it was typed.</summary>
/// <param name="Chat">One chat.</param>
/// <param name="State">active, paused or failed.</param>
/// <param name="Action">One action, exactly.</param>
public sealed record TaskFilterText(string? Chat, string? State, string? Action)
{
    /// <summary>Whether everything is shown.</summary>
    public bool IsEmpty => Chat is null && State is null && Action is null;
}
