using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Server.Access;
using Nexus.Server.Contracts;
using Nexus.Server.Documentation;
using Nexus.Server.Http;
using Nexus.Server.Limits;
using Nexus.Trades;

namespace Nexus.Server.Routes;

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
        trades.MapGet("/{id}", GetAsync).Describe("Read a trade").Produces<TradeView>().Problems(400, 404);
        trades.MapPost("/{id}/close", CloseAsync)
            .Describe("Close or cancel an open trade", "Also for a chat whose subscription has ended. 409 where the trade is not open.")
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
        [Description("The next of the page before: the id of its last trade.")] string? after,
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
            After = string.IsNullOrEmpty(after) ? null : await LastOfPageAsync(http, db, QueryValues.Id("after", after), chat),
        };
        var reveal = http.MaySeeSecrets();
        return new PageResult<Trade, TradeView>(
            "trades", (last, most) => db.Trades.QueryAsync(filter with { After = last ?? filter.After, Limit = most }, http.RequestAborted), count, trade => trade.Id.ToString(), trade => TradeView.From(trade, reveal), ServerJson.Strict.TradeView);
    }

    private static async Task<Trade> LastOfPageAsync(HttpContext http, NexusDb db, Guid id, ChatId? chat) =>
        await db.Trades.GetAsync(id, chat, http.RequestAborted) ?? throw new NexusValidationException("after", "must be the id of a trade; this one is not there");

    private static async Task<IResult> OpenAsync(HttpContext http, NexusDb db)
    {
        var body = await http.ReadJsonAsync(ServerJson.Strict.TradeBody);
        var (trade, wasThere) = await db.Trades.OpenOnceAsync(body.ToTrade(), http.RequestAborted);
        if (!wasThere) http.Response.Headers.Location = $"/v1/trades/{trade.Id}";
        return Answer(trade, reveal: false, wasThere ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private static async Task<IResult> GetAsync(HttpContext http, NexusDb db, string id)
    {
        var trade = await db.Trades.GetAsync(QueryValues.Id("id", id), cancellationToken: http.RequestAborted) ?? throw new NexusNotFoundException($"trade {id}");
        return Answer(trade, http.MaySeeSecrets());
    }

    private static async Task<IResult> CloseAsync(HttpContext http, NexusDb db, string id)
    {
        var body = await http.ReadJsonAsync(ServerJson.Strict.TradeCloseBody);
        return Answer(await db.Trades.CloseAsync(QueryValues.Id("id", id), body.ToClose(), body.ChatId, http.RequestAborted), reveal: false);
    }

    private static async Task<IResult> GetPerformanceAsync(
        HttpContext http,
        NexusDb db,
        [Description("One chat; left out: all of them.")] string? chatId,
        [Description("Only trades closed in the last so many days by the store's clock; left out: all.")] string? days)
    {
        // Figures over every trade read as much as several pages.
        using var share = await http.TakeListAsync(string.IsNullOrEmpty(chatId) ? 4 : 1);
        var figures = await db.Trades.GetPerformanceAsync(QueryValues.Chat("chatId", chatId), QueryValues.Number("days", days, 1, 36_500), http.RequestAborted);
        return Answers.Json(PerformanceView.From(figures), ServerJson.Strict.PerformanceView);
    }

    private static IResult Answer(Trade trade, bool reveal, int status = StatusCodes.Status200OK) => Answers.Json(TradeView.From(trade, reveal), ServerJson.Strict.TradeView, status);
}
