using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.Operations.ImportExport;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>Routes of the executed orders of a trade.</summary>
internal static class FillRoutes
{
    private const string Rules =
        "Entry price, exit price, fees and PnL follow from all fills, and the trade closes when its exits reach its quantity. A fill that is there "
        + "already, with the same orderId and content, adds nothing. Returns 201, or 200 if the trade had all of the fills. Returns 409 if the "
        + "trade is not open, or has another fill with the orderId, and 400 if the entries exceed the trade's quantity or the exits exceed what was "
        + "entered.";

    public static void MapFills(this IEndpointRouteBuilder routes)
    {
        var fills = routes.MapGroup("/v1/trades/{id}").WithTags("Trades").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        fills.MapGet("/fills", ListAsync)
            .Describe(
                "List the fills of a trade",
                "Its executed orders in the order in which they were added, at most 1,000, and what is left to exit. Returns 409 with the chats if "
                    + "several have a trade with the id; use chatId to select one.")
            .Produces<FillListView>().Problems(400, 404, 409);
        fills.MapPost("/fills", AddAsync).Describe("Add a fill to an open trade", Rules)
            .Accepts<FillBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<AddedFillsView>().Produces<AddedFillsView>(201)
            .Problems(400, 404, 409, 413, 415);
        fills.MapPost("/fills:batch", AddManyAsync).Describe("Add fills to an open trade", $"All of them or none. {Rules}")
            .Accepts<FillsBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<AddedFillsView>().Produces<AddedFillsView>(201)
            .Problems(400, 404, 409, 413, 415);
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        NexusDb db,
        string id,
        [Description("The chat, if several have a trade with the id.")] string? chatId,
        [Description("The entry time, if the chat has several trades with the id.")] string? entryTimestamp)
    {
        var trade = await TradeRoutes.FindAsync(http, db, id, chatId, entryTimestamp);
        return ApiResults.Json(FillListView.From(trade), ServerJson.Strict.FillListView);
    }

    private static async Task<IResult> AddAsync(
        HttpContext http,
        NexusDb db,
        string id,
        [Description("The chat, if several have an open trade with the id.")] string? chatId,
        [Description("The entry time, if the chat has several open trades with the id.")] string? entryTimestamp)
    {
        var body = await http.ReadJsonAsync(ServerJson.Strict.FillBody);
        return await StoreAsync(http, db, id, chatId, entryTimestamp, [body.ToFill()]);
    }

    private static async Task<IResult> AddManyAsync(
        HttpContext http,
        NexusDb db,
        string id,
        [Description("The chat, if several have an open trade with the id.")] string? chatId,
        [Description("The entry time, if the chat has several open trades with the id.")] string? entryTimestamp)
    {
        var body = await http.ReadJsonAsync(ServerJson.Strict.FillsBody);
        return await StoreAsync(http, db, id, chatId, entryTimestamp, body.ToFills());
    }

    private static async Task<IResult> StoreAsync(
        HttpContext http, NexusDb db, string id, string? chatId, string? entryTimestamp, IReadOnlyList<TradeFill> fills)
    {
        var (trade, chat, entered) =
            (QueryValues.Id("id", id), QueryValues.Chat("chatId", chatId), QueryValues.Instant("entryTimestamp", entryTimestamp));
        var stored = (chat, entered) is ({ } owner, { } at)
            ? await db.Trades.AddFillsAsync(new TradeKey(owner, at, trade), fills, http.RequestAborted)
            : entered is null ? await db.Trades.AddFillsAsync(trade, fills, chat, http.RequestAborted) : throw TradeRoutes.ChatNeeded();
        return ApiResults.Json(
            new AddedFillsView([.. stored.Fills.Select(FillView.From)], TradeViews.Of(stored.Trade, reveal: false)), ServerJson.Strict.AddedFillsView,
            stored.Receipt.AlreadyExisted ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }
}
