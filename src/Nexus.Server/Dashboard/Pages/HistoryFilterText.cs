namespace Nexus.Server.Dashboard;

/// <summary>The filter of the history as it was typed.</summary>
/// <param name="Table">One table.</param>
/// <param name="Key">One record of the table.</param>
/// <param name="Author">The id of an author.</param>
/// <param name="From">Changed on this day or later.</param>
/// <param name="To">Changed on this day or earlier.</param>
public sealed record HistoryFilterText(string? Table, string? Key, string? Author, string? From, string? To)
{
    /// <summary>Whether everything is shown.</summary>
    public bool IsEmpty => Table is null && Key is null && Author is null && From is null && To is null;
}
