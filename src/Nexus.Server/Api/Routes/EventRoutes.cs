using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Nexus.Server.Api;

/// <summary>The route that streams changes as server-sent events.</summary>
internal static class EventRoutes
{
    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/events", StreamAsync).WithTags("Events").Requires(ApiScopes.Bot).RefuseUnknownQuery().WithMetadata(CountsItself.Instance)
            .Describe(
                "Watch changes",
                "Streams server-sent events: event change, data {\"table\",\"id\"}. The id is * if any record of the table may have changed. "
                    + "Several changes of one record may be one event. table and chatId, each up to 100 times, choose the events. With "
                    + "chatId, a stream gets changes of sessions, users, calibrations, trades and tasks of these chats, and those "
                    + "whose chat is not known. "
                    + "Event subscription_ending, data {\"chatId\",\"endsAt\",\"days\",\"timezone\"}: a subscription ends within that many days; "
                    + "sent once for each end and number of days. "
                + "Comments keep the connection alive. A stream that is read too slowly gets the event resync and ends. A stream whose API key is "
                + "removed or changed gets the event end. "
                + "After a reconnect, reload the records that you cache.")
            .Produces<string>(200, "text/event-stream").Problems(429);

    private static async Task StreamAsync(
        HttpContext http, EventHub hub, CallerLimits limits,
        [FromQuery, Description("Only changes of these tables, such as sessions; up to 100 times.")] string[]? table,
        [FromQuery, Description("Only changes that concern these chats, or whose chat is not known; up to 100 times.")] string[]? chatId)
    {
        var filter = EventFilter.Parse(table, chatId);
        using var share = limits.Of(http).TakeStream();
        using var listener = hub.Listen(http.Caller(), filter);
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream";
        if (http.IsHead()) return;
        await http.SendAsync(EventText.Connected);
        await foreach (var text in listener.ReadAllAsync(http.RequestAborted)) await http.SendAsync(text);
    }
}
