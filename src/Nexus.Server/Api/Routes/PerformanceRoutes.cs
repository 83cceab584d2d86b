using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>Routes of the figures over closed trades.</summary>
internal static class PerformanceRoutes
{
    /// <summary>Figures over the trades of all chats read as much as several pages.</summary>
    private const int SharesOfAll = 4;

    public static readonly string[] Groupings = ["strategy", "symbol", "exchange", "chat", "side", "month", "day"];

    public static void MapPerformance(this IEndpointRouteBuilder routes)
    {
        var trades = routes.MapGroup("/v1/trades").WithTags("Trades").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        trades.MapGet("/performance", GetPerformanceAsync)
            .Describe(
                "Read the performance of closed trades",
                "Computed in the database with exact decimals. With groupBy, the response also has the figures of each group.")
            .Produces<PerformanceView>().Problems(400);
        trades.MapGet("/equity", GetEquityAsync)
            .Describe(
                "Read an equity curve",
                "The running total of PnL and its fall below its peak, by buckets of the time of exit. At most 10,000 points.")
            .Produces<EquityView>().Problems(400);
    }

    private static async Task<IResult> GetPerformanceAsync(
        HttpContext http,
        NexusDb db,
        [Description("Only this chat. Default: all chats.")] string? chatId,
        [Description("Only trades closed in this many last days by the store's clock. Default: all.")] string? days,
        [Description("Closed at or after this instant.")] string? from,
        [Description("Closed before this instant.")] string? to,
        [Description("Only this symbol (exact match).")] string? symbol,
        [Description("Only this strategy (exact match).")] string? strategy,
        [Description("Only this exchange (exact match).")] string? exchange,
        [Description("strategy, symbol, exchange, chat, side, month or day.")] string? groupBy,
        [Description("The maximum number of groups.")] string? limit,
        [Description("true: also average the numbers mae and mfe of the metadata, which takes longer.")] string? excursions)
    {
        var filter = FilterOf(chatId, days, from, to, symbol, strategy, exchange) with
        {
            WithExcursions = QueryValues.Flag("excursions", excursions),
        };
        var grouping = GroupingOf(groupBy);
        if (grouping is null && !string.IsNullOrEmpty(limit)) throw new NexusValidationException("limit", "needs groupBy");
        using var share = await http.TakeListAsync(filter.ChatId is null ? SharesOfAll : 1);
        var figures = await db.Trades.GetPerformanceAsync(filter, http.RequestAborted);
        var groups = grouping is { } by
            ? await db.Trades.GetPerformanceGroupsAsync(by, filter, QueryValues.Limit(limit), http.RequestAborted)
            : null;
        return ApiResults.Json(PerformanceView.From(figures, groups), ServerJson.Strict.PerformanceView);
    }

    private static async Task<IResult> GetEquityAsync(
        HttpContext http,
        NexusDb db,
        [Description("Only this chat. Default: all chats.")] string? chatId,
        [Description("A number with m, h, d or w: the width of a bucket, such as 15m; at most 366d. Default: 1d.")] string? bucket,
        [Description("Only trades closed in this many last days by the store's clock. Default: all.")] string? days,
        [Description("Closed at or after this instant.")] string? from,
        [Description("Closed before this instant.")] string? to,
        [Description("Only this symbol (exact match).")] string? symbol,
        [Description("Only this strategy (exact match).")] string? strategy,
        [Description("Only this exchange (exact match).")] string? exchange)
    {
        var filter = FilterOf(chatId, days, from, to, symbol, strategy, exchange);
        var width = BucketOf(bucket);
        using var share = await http.TakeListAsync(filter.ChatId is null ? SharesOfAll : 1);
        var curve = await db.Trades.GetEquityAsync(filter, width, http.RequestAborted);
        return ApiResults.Json(new EquityView([.. curve.Select(EquityPointView.From)]), ServerJson.Strict.EquityView);
    }

    private static PerformanceFilter FilterOf(
        string? chatId, string? days, string? from, string? to, string? symbol, string? strategy, string? exchange) => new()
        {
            ChatId = QueryValues.Chat("chatId", chatId),
            Days = QueryValues.Number("days", days, 1, 36_500),
            From = QueryValues.Instant("from", from),
            To = QueryValues.Instant("to", to),
            Symbol = QueryValues.Text(symbol),
            Strategy = QueryValues.Text(strategy),
            Exchange = QueryValues.Text(exchange),
        };

    private static PerformanceGrouping? GroupingOf(string? text) => text switch
    {
        null or "" => null,
        "strategy" => PerformanceGrouping.Strategy,
        "symbol" => PerformanceGrouping.Symbol,
        "exchange" => PerformanceGrouping.Exchange,
        "chat" => PerformanceGrouping.Chat,
        "side" => PerformanceGrouping.Side,
        "month" => PerformanceGrouping.Month,
        "day" => PerformanceGrouping.Day,
        _ => throw new NexusValidationException("groupBy", "must be strategy, symbol, exchange, chat, side, month or day"),
    };

    private static TimeSpan? BucketOf(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        TimeSpan? unit = text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
        // Six digits of weeks are far beyond the limit and still a time.
        return unit is { } one && text.Length <= 7
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? one * count
            : throw new NexusValidationException("bucket", "must be a number with m, h, d or w, such as 15m, 4h or 1d");
    }
}
