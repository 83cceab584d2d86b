using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.Json;

namespace Nexus.Server.Dashboard;

/// <summary>The bot's switches. Each is changed alone, so concurrent changes of others are kept.</summary>
internal static class BotStatePages
{
    private const int MaxShown = 1000;

    public static void MapBotStatePages(this IEndpointRouteBuilder routes)
    {
        routes.Show("/bot-state", DashboardArea.See, request => ShowAsync(request));
        routes.Change("/bot-state", DashboardArea.Operate, ChangeAsync);
    }

    private static async Task<IResult> ShowAsync(DashboardRequest request, NexusException? error = null)
    {
        var switches = await request.Db.BotState.GetAsync(request.Aborted);
        return DashboardRequest.Page<BotStatePage, BotStateModel>(
            new BotStateModel
            {
                Strategies = SwitchesOf(switches.EnabledStrategies),
                Groups = SwitchesOf(switches.GroupConfig),
                DisabledAssets = [.. switches.DisabledAssets.Order(StringComparer.Ordinal).Take(MaxShown)],
                AiFilter = switches.AiFilterEnabled,
                Version = switches.Version,
                ChangedAt = switches.Version == 0 ? null : switches.LastUpdated,
                History = await HistoryGlance.ReadAsync(request, "bot_state", "1"),
                Error = error?.Message,
                Typed = error is null ? null : request.Form["name"],
            },
            error is null ? StatusCodes.Status200OK : DashboardRequest.StatusOf(error));
    }

    private static async Task<IResult> ChangeAsync(DashboardRequest request)
    {
        var (form, state) = (request.Form, request.Db.BotState);
        var isOn = form["on"] == "true";
        try
        {
            var name = form["name"] ?? throw new NexusValidationException("name", "is required");
            await (form["kind"] switch
            {
                "strategy" => state.SetStrategyAsync(name, isOn, request.Aborted),
                "group" => state.SetGroupAsync(name, isOn, request.Aborted),
                "asset" => isOn ? state.EnableAssetAsync(name, request.Aborted) : state.DisableAssetAsync(name, request.Aborted),
                "ai_filter" => state.SetAiFilterAsync(isOn, request.Aborted),
                _ => throw new NexusValidationException("kind", "must be strategy, group, asset or ai_filter"),
            });
            return request.Done("/bot-state", "switched");
        }
        catch (NexusException error)
        {
            return await ShowAsync(request, error);
        }
    }

    private static IReadOnlyList<BotStateModel.Switch> SwitchesOf(StateJson document) =>
    [
        .. document.Root.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Take(MaxShown).Select(
            member => member.Value.ValueKind switch
        {
            JsonValueKind.True => new BotStateModel.Switch(member.Name, true, null),
            JsonValueKind.False => new BotStateModel.Switch(member.Name, false, null),
            _ => new BotStateModel.Switch(member.Name, null, JsonDiff.Pretty(member.Value.GetRawText())),
        }),
    ];
}
