using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.History;
using Nexus.Server.Api;

namespace Nexus.Server.Dashboard;

/// <summary>Who changed what, and when. The filter is in the address.</summary>
internal static class HistoryPages
{
    public static void MapHistoryPages(this IEndpointRouteBuilder routes) => routes.Show("/history", DashboardArea.Manage, ListAsync);

    private static async Task<IResult> ListAsync(DashboardRequest request)
    {
        var text = new HistoryFilterText(
            request.Query("table"), request.Query("key"), request.Query("author"), request.Query("from"), request.Query("to"));
        using var share = await request.TakeListAsync();
        try
        {
            var filter = new HistoryFilter(
                HistoryRoutes.TableOf(text.Table), text.Key, text.Author, TradePages.DayOf("from", text.From),
                TradePages.DayOf("to", text.To)?.AddDays(1));
            var after = HistoryCursorText.Parse("after", request.Query("after"));
            var found = await HistoryCursorText.ListAsync(
                request.Db.History, filter, after, DashboardRequest.PageRows + 1, request.Aborted).ToListAsync(request.Aborted);
            var shown = found.Take(DashboardRequest.PageRows).ToList();
            return DashboardRequest.Page<HistoryListPage, HistoryModel>(new HistoryModel
            {
                Filter = text,
                IsLater = after is not null,
                Rows = shown,
                Next = found.Count > shown.Count ? HistoryCursorText.Of(shown[^1]) : null,
            });
        }
        catch (NexusException error) when (error is NexusValidationException or StoreUnavailableException)
        {
            return DashboardRequest.Page<HistoryListPage, HistoryModel>(
                new HistoryModel { Filter = text, Rows = [], Error = error.Message }, DashboardRequest.StatusOf(error));
        }
    }
}
