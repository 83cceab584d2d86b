namespace Nexus.History;

/// <summary>Which entries a list holds; a condition that is null holds for all.</summary>
/// <param name="Table">The table, as in <see cref="HistoryEntry.Table"/>.</param>
/// <param name="Key">The record's key; needs a table.</param>
/// <param name="AuthorId">The author's id.</param>
/// <param name="From">Entries of this instant and later.</param>
/// <param name="Before">Entries before this instant.</param>
public sealed record HistoryFilter(
    string? Table = null, string? Key = null, string? AuthorId = null, DateTimeOffset? From = null, DateTimeOffset? Before = null);
