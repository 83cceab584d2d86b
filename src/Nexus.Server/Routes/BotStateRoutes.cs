using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.BotState;
using Nexus.Server.Access;
using Nexus.Server.Contracts;
using Nexus.Server.Documentation;
using Nexus.Server.Http;

namespace Nexus.Server.Routes;

/// <summary>The bot's global switches.</summary>
internal static class BotStateRoutes
{
    public static void MapBotState(this IEndpointRouteBuilder routes)
    {
        var state = routes.MapGroup("/v1/bot-state").WithTags("Bot state").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        state.MapGet("", GetAsync).Describe("Read the switches", "Defaults at version 0 when nothing was ever written.").Produces<BotStateView>().Produces(304);
        state.MapPut("", PutAsync)
            .Describe("Replace the switches", "What is left out falls back to its default. If-Match is honoured.")
            .Accepts<BotStateBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<BotStateView>().Problems(400, 412, 413, 415);
        state.MapPatch("", PatchAsync)
            .Describe("Change switches", "A JSON merge patch (RFC 7396), applied in the database: writers of other switches lose nothing. disabledAssets is the whole list.")
            .Accepts<BotStateBody>(RequestBody.MergePatch, RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<BotStateView>().Problems(400, 412, 413, 415);
    }

    private static Task<IResult> GetAsync(HttpContext http, NexusDb db) => AnswerAsync(http, db);

    private static async Task<IResult> PutAsync(HttpContext http, NexusDb db)
    {
        var condition = Precondition.Of(http.Request);
        var body = await http.ReadJsonAsync(ServerJson.Strict.BotStateBody);
        var switches = new BotSwitches();
        switches = switches with
        {
            EnabledStrategies = body.EnabledStrategies.IsGiven() ? body.EnabledStrategies.ToStateJson() : switches.EnabledStrategies,
            GroupConfig = body.GroupConfig.IsGiven() ? body.GroupConfig.ToStateJson() : switches.GroupConfig,
            DisabledAssets = body.DisabledAssets ?? switches.DisabledAssets,
            AiFilterEnabled = body.AiFilterEnabled ?? switches.AiFilterEnabled,
        };
        await db.BotState.SaveAsync(switches, condition.Version, http.RequestAborted);
        return await AnswerAsync(http, db);
    }

    private static async Task<IResult> PatchAsync(HttpContext http, NexusDb db)
    {
        var condition = Precondition.Of(http.Request);
        var body = await http.ReadJsonAsync(ServerJson.Strict.BotStateBody);
        var patch = new BotSwitchesPatch
        {
            EnabledStrategies = body.EnabledStrategies.IsGiven() ? body.EnabledStrategies.ToStateJson() : null,
            GroupConfig = body.GroupConfig.IsGiven() ? body.GroupConfig.ToStateJson() : null,
            DisabledAssets = body.DisabledAssets,
            AiFilterEnabled = body.AiFilterEnabled,
        };
        await db.BotState.PatchAsync(patch, condition.Version, http.RequestAborted);
        return await AnswerAsync(http, db);
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, NexusDb db)
    {
        var switches = await db.BotState.GetAsync(http.RequestAborted);
        return Answers.Versioned(http, BotStateView.From(switches), switches.Version, ServerJson.Strict.BotStateView);
    }
}
