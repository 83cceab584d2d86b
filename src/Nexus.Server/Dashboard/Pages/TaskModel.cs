using Nexus.Tasks;

namespace Nexus.Server.Dashboard;

/// <summary>One scheduled task.</summary>
public sealed class TaskModel
{
    /// <summary>The task.</summary>
    public required ScheduledTask Task { get; init; }

    /// <summary>The time of the store, which decides what is due.</summary>
    public required DateTimeOffset StoreTime { get; init; }

    /// <summary>Why a change failed; null if it did not.</summary>
    public string? Error { get; init; }
}
