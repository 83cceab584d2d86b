using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.BotState;
using Nexus.Errors;
using Nexus.Json;

namespace Nexus.Server.Api;

/// <summary>Routes of the bot's global switches.</summary>
internal static class BotStateRoutes
{
    private const int MaxAttempts = 32;

    public static void MapBotState(this IEndpointRouteBuilder routes)
    {
        var state = routes.MapGroup("/v1/bot-state").WithTags("Bot state").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        state.MapGet("", GetAsync).Describe("Read the switches", "Returns defaults with version 0 if nothing was ever written.")
            .Produces<BotStateView>().Produces(304);
        state.MapPut("", PutAsync)
            .Describe(
                "Replace the switches",
                "Omitted properties keep their stored values; each property that is present is replaced completely. Supports If-Match.")
            .Accepts<BotStateBody>(RequestBody.Json).Limit(RequestBody.MaxBotStateBytes).Produces<BotStateView>().Problems(400, 412, 413, 415);
        state.MapPatch("", PatchAsync)
            .Describe(
                "Change switches",
                "A JSON merge patch (RFC 7396), applied in the database, so concurrent changes of other switches are kept. disabledAssets is the "
                    + "complete list.")
            .Accepts<BotStateBody>(RequestBody.MergePatch, RequestBody.Json).Limit(RequestBody.MaxBotStateBytes).Produces<BotStateView>()
            .Problems(400, 412, 413, 415);
    }

    private static Task<IResult> GetAsync(HttpContext http, NexusDb db) => AnswerAsync(http, db);

    private static async Task<IResult> PutAsync(HttpContext http, NexusDb db)
    {
        var condition = Precondition.Of(http.Request);
        var body = await http.ReadJsonAsync(ServerJson.Strict.BotStateBody);
        await condition.ApplyAsync("the bot state", creates: true, () => VersionOfAsync(http, db), version => ReplaceAsync(http, db, body, version));
        return await AnswerAsync(http, db);
    }

    /// <summary>
    /// Properties that the body omits are taken from the stored record. The save then succeeds only over the version that was read.
    /// </summary>
    private static async Task<Nexus.Engine.WriteReceipt> ReplaceAsync(HttpContext http, NexusDb db, BotStateBody body, long? version)
    {
        var isWhole = body.EnabledStrategies.IsGiven() && body.GroupConfig.IsGiven() && body.DisabledAssets is not null
            && body.AiFilterEnabled is not null;
        for (var attempt = 1; ; attempt++)
        {
            var stored = isWhole ? new BotSwitches() : await db.BotState.GetAsync(http.RequestAborted);
            var switches = stored with
            {
                EnabledStrategies = body.EnabledStrategies.IsGiven() ? body.EnabledStrategies.ToStateJson() : stored.EnabledStrategies,
                GroupConfig = body.GroupConfig.IsGiven() ? body.GroupConfig.ToStateJson() : stored.GroupConfig,
                DisabledAssets = body.DisabledAssets ?? stored.DisabledAssets,
                AiFilterEnabled = body.AiFilterEnabled ?? stored.AiFilterEnabled,
            };
            try
            {
                return await db.BotState.SaveAsync(switches, version ?? (isWhole ? null : stored.Version), http.RequestAborted);
            }
            catch (NexusConflictException) when (version is null && attempt < MaxAttempts)
            {
                // Another writer was faster: read again.
            }
        }
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
        await condition.ApplyAsync(
            "the bot state", creates: true, () => VersionOfAsync(http, db), version => db.BotState.PatchAsync(patch, version, http.RequestAborted));
        return await AnswerAsync(http, db);
    }

    private static async Task<long> VersionOfAsync(HttpContext http, NexusDb db) => (await db.BotState.GetAsync(http.RequestAborted)).Version;

    private static async Task<IResult> AnswerAsync(HttpContext http, NexusDb db)
    {
        var switches = await db.BotState.GetAsync(http.RequestAborted);
        return ApiResults.Versioned(http, BotStateView.From(switches), switches.Version, ServerJson.Strict.BotStateView);
    }
}
