using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Server.Api;
using Nexus.Trades;

namespace Nexus.Server.Dashboard;

/// <summary>The trades: open positions, history, performance.</summary>
internal static class TradePages
{
    /// <summary>Rows of the tables of the performance page.</summary>
    private const int MaxGroups = 50;

    /// <summary>Reads of the performance page at once.</summary>
    private const int PerformanceReads = 4;

    public static void MapTradePages(this IEndpointRouteBuilder routes)
    {
        routes.Show("/trades", DashboardArea.See, ListAsync);
        routes.Show("/trades/performance", DashboardArea.See, ShowPerformanceAsync);
    }

    private static async Task<IResult> ListAsync(DashboardRequest request)
    {
        var text = new TradeFilterText(
            request.Query("chat"), request.Query("status"), request.Query("symbol"), request.Query("from"), request.Query("to"));
        using var share = await request.TakeListAsync();
        try
        {
            var filter = FilterOf(text) with
            {
                After = request.Query("after") is { } after ? TradeCursorText.Parse("after", after) : null,
                Limit = DashboardRequest.PageRows + 1,
            };
            var found = await request.Db.Trades.ListAsync(filter, request.Aborted).ToListAsync(request.Aborted);
            var shown = found.Take(DashboardRequest.PageRows).ToList();
            return DashboardRequest.Page<TradeListPage, TradeListModel>(new TradeListModel
            {
                Filter = text,
                IsLater = filter.After is not null,
                Rows = shown,
                Next = found.Count > shown.Count ? TradeCursorText.Of(shown[^1]) : null,
            });
        }
        catch (NexusValidationException error)
        {
            return DashboardRequest.Page<TradeListPage, TradeListModel>(
                new TradeListModel { Filter = text, Rows = [], Error = error.Message }, DashboardRequest.StatusOf(error));
        }
    }

    private static async Task<IResult> ShowPerformanceAsync(DashboardRequest request)
    {
        var chatText = request.Query("chat");
        int? days = null;
        using var share = await request.TakeListAsync(PerformanceReads);
        try
        {
            days = QueryValues.Number("days", request.Query("days"), 1, 36_500);
            var chat = QueryValues.Chat("chat", chatText);
            var filter = new PerformanceFilter { ChatId = chat, Days = days };
            var trades = request.Db.Trades;
            // Together, because over all chats each is a pass over all trades.
            var figures = trades.GetPerformanceAsync(filter, request.Aborted);
            var curve = trades.GetEquityAsync(filter, EquityCurve.BucketOf(days), request.Aborted);
            var strategies = trades.GetPerformanceGroupsAsync(PerformanceGrouping.Strategy, filter, MaxGroups, request.Aborted);
            var symbols = trades.GetPerformanceGroupsAsync(PerformanceGrouping.Symbol, filter, MaxGroups, request.Aborted);
            await Task.WhenAll(figures, curve, strategies, symbols);
            return DashboardRequest.Page<PerformancePage, PerformanceModel>(new PerformanceModel
            {
                Chat = chatText,
                Days = days,
                Figures = await figures,
                Curve = EquityCurve.Of(Preferences.LanguageOf(request.Http.Request), await curve),
                Strategies = (await strategies).Groups,
                Symbols = (await symbols).Groups,
            });
        }
        catch (NexusValidationException error)
        {
            return DashboardRequest.Page<PerformancePage, PerformanceModel>(
                new PerformanceModel { Chat = chatText, Days = days, Error = error.Message }, DashboardRequest.StatusOf(error));
        }
    }

    private static TradeFilter FilterOf(TradeFilterText text) => new()
    {
        ChatId = QueryValues.Chat("chat", text.Chat),
        Status = QueryValues.Status(text.Status),
        Symbol = text.Symbol,
        From = DayOf("from", text.From),
        To = DayOf("to", text.To)?.AddDays(1),
    };

    public static DateTimeOffset? DayOf(string field, string? text)
    {
        if (text is null) return null;
        return DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day)
            && day.Year is >= 2000 and < 2100
            ? day
            : throw new NexusValidationException(field, "must be a day such as 2026-01-31");
    }
}
