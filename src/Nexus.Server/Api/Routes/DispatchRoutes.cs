using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Dispatch;

namespace Nexus.Server.Api;

/// <summary>The route that selects the recipients of a signal.</summary>
internal static class DispatchRoutes
{
    public static void MapDispatch(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/dispatch", Dispatch).WithTags("Sessions").Requires(ApiScopes.Bot).RefuseUnknownQuery()
            .Describe(
                "The chats that may get a signal now, with their mode",
                "Their access is valid by the store's clock, the bot and the chat have switched on the strategy and the group, and neither has "
                    + "disabled the symbol. Served from an index in memory, or by a query of the store. The response is streamed and has no pages.")
            .Produces<RecipientList>().Problems(400);

    private static StreamResult<SignalRecipient, RecipientView> Dispatch(
        HttpContext http,
        NexusDb db,
        [Description("Required. The strategy of the signal, such as TREND.")] string? strategy,
        [Description("The group of the asset, such as CRYPTO. Without it, the groups do not matter.")] string? group,
        [Description("The symbol, such as BTCUSDT. Without it, disabled assets do not matter.")] string? symbol,
        [Description("Only chats in one of these modes, separated by commas, such as PILOT,COPILOT. Without it, chats of any mode and without one.")]
        string? modes)
    {
        var signal = new Signal(strategy ?? "") { Group = group, Symbol = symbol, Modes = QueryValues.Text(modes)?.Split(',') };
        return new StreamResult<SignalRecipient, RecipientView>(
            "recipients", db.Sessions.DispatchAsync(signal, http.RequestAborted), RecipientView.From, ServerJson.Strict.RecipientView);
    }
}
