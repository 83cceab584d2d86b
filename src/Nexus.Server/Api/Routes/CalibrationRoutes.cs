using System.Buffers.Text;
using System.ComponentModel;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Errors;

namespace Nexus.Server.Api;

/// <summary>Routes of calibrations: how the strategies of a chat are tuned.</summary>
internal static class CalibrationRoutes
{
    private const string OfStrategy = "/{chatId}/{strategy}";

    /// <summary>The segment of the strategy in /v1/calibration/{chatId}/{strategy}.</summary>
    private const int StrategySegment = 4;

    private const string Auto = ":auto";

    public static void MapCalibration(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/calibration").WithTags("Calibration").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        group.MapGet("/{chatId}", List).Describe("List the calibrations of a chat", "Ordered by strategy, symbol and exchange.")
            .Produces<CalibrationPage>().Problems(400);
        group.MapGet(OfStrategy, GetAsync)
            .Describe(
                "Read the calibration that applies",
                "The most specific active one: for symbol and exchange, for the symbol, for the exchange, for the strategy. exact=true reads the one "
                    + "for exactly these names, active or not. If-None-Match with the current ETag returns 304.")
            .Produces<CalibrationView>().Produces(304).Problems(400, 404);
        group.MapPut(OfStrategy, PutAsync)
            .Describe(
                "Set a calibration",
                "Creates the calibration for exactly these names (201) or replaces it (200). Supports If-Match and If-None-Match: *.")
            .Accepts<CalibrationBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<CalibrationView>().Produces<CalibrationView>(201)
            .Problems(400, 412, 413, 415);
        group.MapDelete(OfStrategy, DeleteAsync)
            .Describe("Delete a calibration", "The one for exactly these names. If-Match deletes only that version.").Produces(204)
            .Problems(400, 404, 412);
        group.MapPost(OfStrategy + Auto, CalibrateAsync)
            .Describe(
                "Calibrate a strategy by its performance",
                "By the closed trades of the last 30 days with these names. With fewer than 10, nothing is changed and calibrated is false.")
            .Produces<AutomaticCalibrationView>().Problems(400);
    }

    private static PageResult<Calibration, CalibrationView> List(
        HttpContext http,
        NexusDb db,
        string chatId,
        [Description("The next of the previous page.")] string? after,
        [Description("The maximum number of calibrations on the page.")] string? limit)
    {
        var chat = ChatId.Parse(chatId);
        var first = string.IsNullOrEmpty(after) ? null : CursorOf(chat, after);
        return new PageResult<Calibration, CalibrationView>(
            "calibrations", (last, most) => db.Calibration.ListAsync(chat, last ?? first, most, http.RequestAborted), QueryValues.Limit(limit),
            CursorOf, CalibrationView.From, ServerJson.Strict.CalibrationView);
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        NexusDb db,
        string chatId,
        string strategy,
        [Description("The symbol. Default: only calibrations of all symbols.")] string? symbol,
        [Description("The exchange. Default: only calibrations of all exchanges.")] string? exchange,
        [Description("true: the calibration for exactly these names, active or not.")] string? exact)
    {
        var names = NamesOf(http, chatId, strategy, symbol, exchange);
        var found = QueryValues.Flag("exact", exact)
            ? await FindAsync(http, db, names)
            : await db.Calibration.FindAsync(names.ChatId, names.Strategy, names.Symbol, names.Exchange, http.RequestAborted);
        return Answer(http, found ?? throw new NexusNotFoundException(names.Name), StatusCodes.Status200OK);
    }

    private static async Task<IResult> PutAsync(
        HttpContext http,
        NexusDb db,
        string chatId,
        string strategy,
        [Description("The symbol. Default: all symbols.")] string? symbol,
        [Description("The exchange. Default: all exchanges.")] string? exchange)
    {
        var names = NamesOf(http, chatId, strategy, symbol, exchange);
        var condition = Precondition.Of(http.Request);
        var body = await http.ReadJsonAsync(ServerJson.Strict.CalibrationBody);
        SessionRoutes.RequireSame(names.ChatId, body.ChatId);
        RequireSame("strategy", "path", names.Strategy, body.Strategy);
        RequireSame("symbol", "query", names.Symbol, body.Symbol);
        RequireSame("exchange", "query", names.Exchange, body.Exchange);
        var values = body.ToValues();
        var receipt = await condition.ApplyAsync(
            names.Name, creates: true, () => VersionOfAsync(http, db, names),
            version => db.Calibration.SaveAsync(
                names.ChatId, names.Strategy, values, names.Symbol, names.Exchange, version, http.RequestAborted));
        var saved = await FindAsync(http, db, names) ?? throw new NexusNotFoundException(names.Name);
        return Answer(http, saved, ApiResults.SavedStatus(receipt.Version));
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext http,
        NexusDb db,
        string chatId,
        string strategy,
        [Description("The symbol. Default: the calibration of all symbols.")] string? symbol,
        [Description("The exchange. Default: the calibration of all exchanges.")] string? exchange)
    {
        var names = NamesOf(http, chatId, strategy, symbol, exchange);
        var receipt = await Precondition.Of(http.Request).ApplyAsync(
            names.Name, creates: false, () => VersionOfAsync(http, db, names),
            version => db.Calibration.DeleteAsync(names.ChatId, names.Strategy, names.Symbol, names.Exchange, version, http.RequestAborted));
        return ApiResults.Removed(receipt.Existed, names.Name);
    }

    private static async Task<IResult> CalibrateAsync(
        HttpContext http,
        NexusDb db,
        string chatId,
        string strategy,
        [Description("The symbol. Default: the trades of all symbols, for the calibration of all.")] string? symbol,
        [Description("The exchange. Default: the trades of all exchanges, for the calibration of all.")] string? exchange)
    {
        var names = NamesOf(http, chatId, strategy, symbol, exchange, suffix: Auto);
        using var share = await http.TakeListAsync();
        var result = await db.Calibration.AutoCalibrateAsync(names.ChatId, names.Strategy, names.Symbol, names.Exchange, http.RequestAborted);
        var view = result.Calibration is { } calibration ? CalibrationView.From(calibration) : null;
        return ApiResults.Json(
            new AutomaticCalibrationView(view is not null, result.Trades, view), ServerJson.Strict.AutomaticCalibrationView);
    }

    private static Names NamesOf(HttpContext http, string chatId, string strategy, string? symbol, string? exchange, string suffix = "")
    {
        var chat = ChatId.Parse(chatId);
        var name = StatePath.SegmentOf(http.Request, StrategySegment, "strategy", strategy + suffix)[..^suffix.Length];
        return name.Length == 0
            ? throw new NexusValidationException("strategy", "must not be empty")
            : new Names(chat, name, QueryValues.Text(symbol), QueryValues.Text(exchange));
    }

    private static void RequireSame(string field, string place, string? named, string? body)
    {
        if (body is not null && body != named) throw new NexusValidationException(field, $"must be the {field} of the {place}");
    }

    private static async Task<long> VersionOfAsync(HttpContext http, NexusDb db, Names names) => (await FindAsync(http, db, names))?.Version ?? 0;

    private static Task<Calibration?> FindAsync(HttpContext http, NexusDb db, Names names) =>
        db.Calibration.GetAsync(names.ChatId, names.Strategy, names.Symbol, names.Exchange, http.RequestAborted);

    private static IResult Answer(HttpContext http, Calibration calibration, int status) =>
        ApiResults.Versioned(http, CalibrationView.From(calibration), calibration.Version, ServerJson.Strict.CalibrationView, status);

    /// <summary>The names of the last calibration of a page, as one text that a query can hold.</summary>
    private static string CursorOf(Calibration last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        new CalibrationKey(last.ChatId.Value, last.Strategy, last.Symbol, last.Exchange).Id));

    private static Calibration CursorOf(ChatId chat, string after)
    {
        try
        {
            var key = CalibrationKey.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Base64Url.DecodeFromChars(after)));
            if (key.ChatId == chat.Value && !key.Id.Contains('\0', StringComparison.Ordinal))
                return new Calibration { ChatId = chat, Strategy = key.Strategy, Symbol = key.Symbol, Exchange = key.Exchange, Values = new() };
        }
        catch (Exception error) when (error is FormatException or DecoderFallbackException)
        {
            // Refused below.
        }
        throw new NexusValidationException("after", "must be the next of the previous page");
    }

    private sealed record Names(ChatId ChatId, string Strategy, string? Symbol, string? Exchange)
    {
        public string Name => $"calibration {ClientText.Short($"{ChatId}/{Strategy}/{Symbol}/{Exchange}")}";
    }
}
