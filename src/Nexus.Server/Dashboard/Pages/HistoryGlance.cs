using Nexus.Errors;
using Nexus.History;

namespace Nexus.Server.Dashboard;

/// <summary>The last changes of one record.</summary>
/// <param name="Entries">Newest first; null while the history is not available.</param>
/// <param name="HasMore">Whether there are older ones.</param>
public sealed record HistoryGlance(IReadOnlyList<HistoryEntry>? Entries, bool HasMore)
{
    private const int Most = 10;

    internal static async Task<HistoryGlance> ReadAsync(DashboardRequest request, string table, string key)
    {
        try
        {
            var found = await request.Db.History.ListAsync(new HistoryFilter(table, key), limit: Most + 1, cancellationToken: request.Aborted)
                .ToListAsync(request.Aborted);
            return new HistoryGlance([.. found.Take(Most)], found.Count > Most);
        }
        catch (StoreUnavailableException)
        {
            return new HistoryGlance(null, HasMore: false);
        }
    }
}
