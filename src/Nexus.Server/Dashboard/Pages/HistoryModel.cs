using Nexus.History;

namespace Nexus.Server.Dashboard;

/// <summary>A page of the history of changes.</summary>
public sealed class HistoryModel
{
    /// <summary>What was asked for.</summary>
    public required HistoryFilterText Filter { get; init; }

    /// <summary>Whether this is not the first page.</summary>
    public bool IsLater { get; init; }

    /// <summary>The changes, newest first.</summary>
    public required IReadOnlyList<HistoryEntry> Rows { get; init; }

    /// <summary>The cursor of the next page; null on the last.</summary>
    public string? Next { get; init; }

    /// <summary>What is wrong with the filter, or why there is no history now; null if nothing is.</summary>
    public string? Error { get; init; }
}
