using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Operations.ImportExport;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>Routes of trades.</summary>
internal static class TradeRoutes
{
    public static void MapTrades(this IEndpointRouteBuilder routes)
    {
        var trades = routes.MapGroup("/v1/trades").WithTags("Trades").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        trades.MapGet("", ListAsync).Describe("List trades", "Newest entry first. The response is streamed, so a page may be large.")
            .Produces<TradePage>().Problems(400);
        trades.MapGet("/count", CountAsync)
            .Describe("Count trades", "Counted exactly, with the filters of the list. A count of many trades reads them all.")
            .Produces<TradeCountView>().Problems(400);
        trades.MapPost("", OpenAsync)
            .Describe(
                "Store a trade",
                "The trade may be open or already closed. Returns 201 and the stored trade, or 200 if a trade with this id already exists, which "
                    + "stays unchanged. Returns 409 if the subscription of the chat has expired and the trade would open a position.")
            .Accepts<TradeBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<TradeView>().Produces<TradeView>(201)
            .Problems(400, 409, 413, 415);
        trades.MapGet("/{id}", GetAsync)
            .Describe("Read a trade", "Returns 409 with the chats if several have a trade with the id; use chatId to select one.")
            .Produces<TradeView>().Problems(400, 404, 409);
        trades.MapPost("/{id}/close", CloseAsync)
            .Describe(
                "Close or cancel an open trade",
                "Also works for a chat with an expired subscription. Returns 409 if the trade is not open. If several chats have a trade with the "
                    + "id and only one is open, that one is closed; otherwise returns 409 with the chats, and chatId selects one.")
            .Accepts<TradeCloseBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<TradeView>().Problems(400, 404, 409, 413, 415);
        routes.MapPost("/v1/trades:batch", TradeBatch.StoreAsync).WithTags("Trades").Requires(ApiScopes.Bot).RefuseUnknownQuery()
            .Describe(
                "Store many trades",
                "Streams any number of trades as NDJSON, one JSON object per line. A rejected line is reported and does not affect the others. The "
                    + "call is idempotent.")
            .Accepts<TradeBody>(RequestBody.NdJson, "application/jsonl", "application/ndjson").Limit(null).WithMetadata(StreamedBody.Instance)
            .Produces<TradeBatchView>()
            .Problems(400, 415);
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        NexusDb db,
        [Description("Only this chat.")] string? chatId,
        [Description("OPEN, CLOSED or CANCELLED.")] string? status,
        [Description("Only this symbol (exact match).")] string? symbol,
        [Description("Entered at or after this instant.")] string? from,
        [Description("Entered before this instant.")] string? to,
        [Description("Only this strategy (exact match).")] string? strategy,
        [Description("Only this exchange (exact match).")] string? exchange,
        [Description("Closed at or after this instant.")] string? exitFrom,
        [Description("Closed before this instant.")] string? exitTo,
        [Description("The next of the previous page.")] string? after,
        [Description("The maximum number of trades on the page.")] string? limit)
    {
        var count = QueryValues.Limit(limit);
        var chat = QueryValues.Chat("chatId", chatId);
        var filter = FilterOf(chat, status, symbol, from, to, strategy, exchange, exitFrom, exitTo) with
        {
            After = string.IsNullOrEmpty(after) ? null : await LastOfPageAsync(http, db, after, chat),
        };
        var reveal = http.MaySeeSecrets();
        return new PageResult<Trade, TradeView>(
            "trades", (last, most) =>
                db.Trades.ListAsync(filter with { After = last ?? filter.After, Limit = most }, http.RequestAborted), count, TradeCursorText.Of,
            trade => TradeViews.Of(trade, reveal), ServerJson.Strict.TradeView);
    }

    private static async Task<IResult> CountAsync(
        HttpContext http,
        NexusDb db,
        [Description("Only this chat. Default: all chats.")] string? chatId,
        [Description("OPEN, CLOSED or CANCELLED.")] string? status,
        [Description("Only this symbol (exact match).")] string? symbol,
        [Description("Entered at or after this instant.")] string? from,
        [Description("Entered before this instant.")] string? to,
        [Description("Only this strategy (exact match).")] string? strategy,
        [Description("Only this exchange (exact match).")] string? exchange,
        [Description("Closed at or after this instant.")] string? exitFrom,
        [Description("Closed before this instant.")] string? exitTo)
    {
        var filter = FilterOf(QueryValues.Chat("chatId", chatId), status, symbol, from, to, strategy, exchange, exitFrom, exitTo);
        using var share = await http.TakeListAsync(1);
        return ApiResults.Json(new TradeCountView(await db.Trades.CountAsync(filter, http.RequestAborted)), ServerJson.Strict.TradeCountView);
    }

    private static TradeFilter FilterOf(
        ChatId? chat, string? status, string? symbol, string? from, string? to, string? strategy, string? exchange, string? exitFrom,
        string? exitTo)
    {
        return new TradeFilter
        {
            ChatId = chat,
            Status = QueryValues.Status(status),
            Symbol = QueryValues.Text(symbol),
            From = QueryValues.Instant("from", from),
            To = QueryValues.Instant("to", to),
            Strategy = QueryValues.Text(strategy),
            Exchange = QueryValues.Text(exchange),
            ExitFrom = QueryValues.Instant("exitFrom", exitFrom),
            ExitTo = QueryValues.Instant("exitTo", exitTo),
        };
    }

    /// <summary>A cursor is the complete key of a trade. Older versions used only its id, which is accepted if it identifies one trade.</summary>
    private static async Task<Trade> LastOfPageAsync(HttpContext http, NexusDb db, string after, ChatId? chat)
    {
        if (!Guid.TryParseExact(after, "D", out var id)) return TradeCursorText.Parse("after", after);
        try
        {
            return await db.Trades.GetAsync(id, chat, http.RequestAborted) ?? throw new NexusValidationException("after", TradeCursorText.Expected);
        }
        catch (NexusAmbiguousException)
        {
            throw new NexusValidationException("after", $"{TradeCursorText.Expected}; several trades have this id");
        }
    }

    private static async Task<IResult> OpenAsync(HttpContext http, NexusDb db)
    {
        var body = await http.ReadJsonAsync(ServerJson.Strict.TradeBody);
        var (trade, receipt) = await db.Trades.OpenAsync(http.Keyed().Identify(body.ToTrade()), http.RequestAborted);
        if (!receipt.AlreadyExisted) http.Response.Headers.Location = $"/v1/trades/{trade.Id}";
        return Answer(trade, reveal: false, receipt.AlreadyExisted ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        NexusDb db,
        string id,
        [Description("The chat, if several have a trade with the id.")] string? chatId,
        [Description("The entry time, if the chat has several trades with the id.")] string? entryTimestamp)
    {
        return Answer(await FindAsync(http, db, id, chatId, entryTimestamp), http.MaySeeSecrets());
    }

    /// <summary>The trade that the path and the query of a request name.</summary>
    /// <exception cref="NexusNotFoundException">There is none.</exception>
    public static async Task<Trade> FindAsync(HttpContext http, NexusDb db, string id, string? chatId, string? entryTimestamp)
    {
        var (trade, chat, entered) =
            (QueryValues.Id("id", id), QueryValues.Chat("chatId", chatId), QueryValues.Instant("entryTimestamp", entryTimestamp));
        var found = (chat, entered) is ({ } owner, { } at)
            ? await db.Trades.GetAsync(new TradeKey(owner, at, trade), http.RequestAborted)
            : entered is null ? await db.Trades.GetAsync(trade, chat, http.RequestAborted) : throw ChatNeeded();
        return found ?? throw new NexusNotFoundException($"trade {trade}");
    }

    private static async Task<IResult> CloseAsync(
        HttpContext http,
        NexusDb db,
        string id,
        [Description("The chat, if several have a trade with the id. It may be in the body instead.")] string? chatId)
    {
        var trade = QueryValues.Id("id", id);
        var named = QueryValues.Chat("chatId", chatId);
        var body = await http.ReadJsonAsync(ServerJson.Strict.TradeCloseBody);
        if (named is not null && body.ChatId is not null && named != body.ChatId)
            throw new NexusValidationException("chatId", "must be the same in the query and in the body");
        var chat = named ?? body.ChatId;
        var closed = (chat, body.EntryTimestamp) is ({ } owner, { } at)
            ? await db.Trades.CloseAsync(new TradeKey(owner, at, trade), body.ToClose(), http.RequestAborted)
            : body.EntryTimestamp is null ? await db.Trades.CloseAsync(trade, body.ToClose(), chat, http.RequestAborted) : throw ChatNeeded();
        return Answer(closed.Trade, reveal: false);
    }

    public static NexusValidationException ChatNeeded() => new("chatId", "is required together with entryTimestamp");

    private static IResult Answer(Trade trade, bool reveal, int status = StatusCodes.Status200OK) =>
        ApiResults.Json(TradeViews.Of(trade, reveal), ServerJson.Strict.TradeView, status);
}
