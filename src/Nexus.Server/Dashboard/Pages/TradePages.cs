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
    /// <summary>Trades that the curve and the tables of the performance page count.</summary>
    private const int MaxCounted = 5_000;

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
        using var share = await request.TakeListAsync(chatText is null ? 4 : 1);
        try
        {
            days = QueryValues.Number("days", request.Query("days"), 1, 36_500);
            var chat = QueryValues.Chat("chat", chatText);
            var figures = await request.Db.Trades.GetPerformanceAsync(chat, days, request.Aborted);
            var since = days is { } last ? (await request.Db.GetTimeAsync(request.Aborted)).AddDays(-last) : (DateTimeOffset?)null;
            var filter = new TradeFilter { ChatId = chat, Status = TradeStatus.Closed, Limit = MaxCounted + 1 };
            var read = await request.Db.Trades.ListAsync(filter, request.Aborted).ToListAsync(request.Aborted);
            var counted = read.Take(MaxCounted).Where(trade => trade.Pnl is not null && (since is null || trade.ExitTimestamp >= since)).ToList();
            return DashboardRequest.Page<PerformancePage, PerformanceModel>(new PerformanceModel
            {
                Chat = chatText,
                Days = days,
                Figures = figures,
                Curve = EquityCurve.Of(Preferences.LanguageOf(request.Http.Request), counted),
                Counted = counted.Count,
                IsCut = read.Count > MaxCounted && counted.Count < figures.Trades,
                Strategies = SharesOf(counted, trade => trade.Strategy),
                Symbols = SharesOf(counted, trade => trade.Symbol),
            });
        }
        catch (NexusValidationException error)
        {
            return DashboardRequest.Page<PerformancePage, PerformanceModel>(
                new PerformanceModel { Chat = chatText, Days = days, Error = error.Message }, DashboardRequest.StatusOf(error));
        }
    }

    private static IReadOnlyList<PerformanceModel.Share> SharesOf(IEnumerable<Trade> trades, Func<Trade, string?> nameOf) =>
    [
        .. trades.GroupBy(nameOf, StringComparer.Ordinal)
            .Select(part => new PerformanceModel.Share(
                part.Key, part.Count(), part.Count(trade => trade.Pnl > 0), part.Sum(trade => trade.Pnl ?? 0)))
            .OrderByDescending(part => part.Pnl).Take(50),
    ];

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
