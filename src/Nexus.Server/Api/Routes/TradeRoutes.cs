using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>Every trade.</summary>
internal static class TradeRoutes
{
    public static void MapTrades(this IEndpointRouteBuilder routes)
    {
        var trades = routes.MapGroup("/v1/trades").WithTags("Trades").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        trades.MapGet("", ListAsync).Describe("List trades", "Newest entry first. Streams: a page may be large.").Produces<TradePage>().Problems(400);
        trades.MapPost("", OpenAsync)
            .Describe("Store a trade", "Open, or closed already. 201 with the trade as it is stored; 200 where a trade with this id was there before: it stays as it is. An expired subscriber opens nothing new: 409.")
            .Accepts<TradeBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<TradeView>().Produces<TradeView>(201).Problems(400, 409, 413, 415);
        trades.MapGet("/{id}", GetAsync)
            .Describe("Read a trade", "409 where several chats have a trade with the id: it names them, and chatId tells them apart.")
            .Produces<TradeView>().Problems(400, 404, 409);
        trades.MapPost("/{id}/close", CloseAsync)
            .Describe("Close or cancel an open trade", "Also for a chat whose subscription has ended. 409 where the trade is not open. Where several chats have a trade with the id, the only one that is open is closed; otherwise 409 names the chats, and chatId tells them apart.")
            .Accepts<TradeCloseBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<TradeView>().Problems(400, 404, 409, 413, 415);
        trades.MapGet("/performance", GetPerformanceAsync).Describe("Figures over closed trades", "Computed in the database with exact decimals.").Produces<PerformanceView>().Problems(400);

        routes.MapPost("/v1/trades:batch", TradeBatch.StoreAsync).WithTags("Trades").Requires(ApiScopes.Bot).RefuseUnknownQuery()
            .Describe("Store many trades", "One JSON object a line (NDJSON), streamed, of any number. Each line stands for itself: one that is refused is reported and the rest goes on. Repeating the call stores nothing twice.")
            .Accepts<TradeBody>(RequestBody.NdJson, "application/jsonl", "application/ndjson").Limit(null).Produces<TradeBatchView>().Problems(400, 415);
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        NexusDb db,
        [Description("Only this chat.")] string? chatId,
        [Description("OPEN, CLOSED or CANCELLED.")] string? status,
        [Description("Only this symbol, exactly.")] string? symbol,
        [Description("Entered at or after this instant.")] string? from,
        [Description("Entered before this instant.")] string? to,
        [Description("The next of the page before.")] string? after,
        [Description("Trades on the page.")] string? limit)
    {
        var count = QueryValues.Limit(limit);
        var chat = QueryValues.Chat("chatId", chatId);
        var filter = new TradeFilter
        {
            ChatId = chat,
            Status = QueryValues.Status(status),
            Symbol = QueryValues.Text(symbol),
            From = QueryValues.Instant("from", from),
            To = QueryValues.Instant("to", to),
            After = string.IsNullOrEmpty(after) ? null : await LastOfPageAsync(http, db, after, chat),
        };
        var reveal = http.MaySeeSecrets();
        return new PageResult<Trade, TradeView>(
            "trades", (last, most) => db.Trades.ListAsync(filter with { After = last ?? filter.After, Limit = most }, http.RequestAborted), count, TradeCursorText.Of,
            trade => TradeView.From(trade, reveal), ServerJson.Strict.TradeView);
    }

    /// <summary>A cursor is the whole key of a trade. Older versions gave its id alone, which is understood where it names one trade.</summary>
    private static async Task<Trade> LastOfPageAsync(HttpContext http, NexusDb db, string after, ChatId? chat)
    {
        if (!Guid.TryParseExact(after, "D", out var id)) return TradeCursorText.Parse("after", after);
        try
        {
            return await db.Trades.GetAsync(id, chat, http.RequestAborted) ?? throw new NexusValidationException("after", TradeCursorText.Expected);
        }
        catch (NexusAmbiguousException)
        {
            throw new NexusValidationException("after", $"{TradeCursorText.Expected}; this is the id of several trades");
        }
    }

    private static async Task<IResult> OpenAsync(HttpContext http, NexusDb db)
    {
        var body = await http.ReadJsonAsync(ServerJson.Strict.TradeBody);
        var (trade, receipt) = await db.Trades.OpenAsync(body.ToTrade(), http.RequestAborted);
        if (!receipt.AlreadyExisted) http.Response.Headers.Location = $"/v1/trades/{trade.Id}";
        return Answer(trade, reveal: false, receipt.AlreadyExisted ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        NexusDb db,
        string id,
        [Description("The chat, where several have a trade with the id.")] string? chatId,
        [Description("The entry time, where the chat has several trades with the id.")] string? entryTimestamp)
    {
        var (trade, chat, entered) = (QueryValues.Id("id", id), QueryValues.Chat("chatId", chatId), QueryValues.Instant("entryTimestamp", entryTimestamp));
        var found = (chat, entered) is ({ } owner, { } at)
            ? await db.Trades.GetAsync(new TradeKey(owner, at, trade), http.RequestAborted)
            : entered is null ? await db.Trades.GetAsync(trade, chat, http.RequestAborted) : throw ChatNeeded();
        return Answer(found ?? throw new NexusNotFoundException($"trade {trade}"), http.MaySeeSecrets());
    }

    private static async Task<IResult> CloseAsync(
        HttpContext http,
        NexusDb db,
        string id,
        [Description("The chat, where several have a trade with the id; it may stand in the body instead.")] string? chatId)
    {
        var trade = QueryValues.Id("id", id);
        var named = QueryValues.Chat("chatId", chatId);
        var body = await http.ReadJsonAsync(ServerJson.Strict.TradeCloseBody);
        if (named is not null && body.ChatId is not null && named != body.ChatId) throw new NexusValidationException("chatId", "must be the same in the query and in the body");
        var chat = named ?? body.ChatId;
        var closed = (chat, body.EntryTimestamp) is ({ } owner, { } at)
            ? await db.Trades.CloseAsync(new TradeKey(owner, at, trade), body.ToClose(), http.RequestAborted)
            : body.EntryTimestamp is null ? await db.Trades.CloseAsync(trade, body.ToClose(), chat, http.RequestAborted) : throw ChatNeeded();
        return Answer(closed.Trade, reveal: false);
    }

    private static NexusValidationException ChatNeeded() => new("chatId", "is needed together with entryTimestamp");

    private static async Task<IResult> GetPerformanceAsync(
        HttpContext http,
        NexusDb db,
        [Description("One chat; left out: all of them.")] string? chatId,
        [Description("Only trades closed in the last so many days by the store's clock; left out: all.")] string? days)
    {
        // Figures over every trade read as much as several pages.
        using var share = await http.TakeListAsync(string.IsNullOrEmpty(chatId) ? 4 : 1);
        var figures = await db.Trades.GetPerformanceAsync(QueryValues.Chat("chatId", chatId), QueryValues.Number("days", days, 1, 36_500), http.RequestAborted);
        return ApiResults.Json(PerformanceView.From(figures), ServerJson.Strict.PerformanceView);
    }

    private static IResult Answer(Trade trade, bool reveal, int status = StatusCodes.Status200OK) => ApiResults.Json(TradeView.From(trade, reveal), ServerJson.Strict.TradeView, status);
}
