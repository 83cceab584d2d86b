using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.Operations.Alerts;

namespace Nexus.Server.Api;

/// <summary>Routes of the alerts, their silences and notifiers.</summary>
internal static class AlertRoutes
{
    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        var alerts = routes.MapGroup("/v1/alerts").WithTags("Alerts").Requires(ApiScopes.Admin).RefuseUnknownQuery();
        alerts.MapGet("", (IAlertBook book) => ApiResults.Json(AlertList.From(book), AlertJson.Default.AlertList))
            .Describe("List the alerts", "Firing and pending alerts, those resolved within the last hour, the silences and the notifiers.")
            .Produces<AlertList>();
        alerts.MapPost("/silences", SilenceAsync)
            .Describe("Silence alerts", "No notifications are sent about matching alerts until the end. They are still evaluated and listed.")
            .Accepts<SilenceBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<Silence>(201).Problems(400, 413, 415);
        alerts.MapDelete("/silences/{id}", EndAsync).Describe("End a silence").Produces(204).Problems(404);
        alerts.MapPost("/notifiers/{name}/test", TestAsync)
            .Describe("Send a test message", "Waits for the attempt. A notifier that was disabled is enabled again if it succeeds.")
            .Produces<NotifierTestView>().Problems(404);
    }

    private static async Task<IResult> SilenceAsync(HttpContext http, IAlertBook book)
    {
        var body = await http.ReadJsonAsync(ServerJson.Strict.SilenceBody);
        if (body.Until is not { } until) throw new NexusValidationException("until", "is required");
        var silence = await book.SilenceAsync(
            new Silence("", body.Rule ?? "", body.Labels ?? new Dictionary<string, string>(), until, body.Reason ?? "", http.Caller().Name),
            http.RequestAborted);
        return ApiResults.Json(silence, AlertJson.Default.Silence, StatusCodes.Status201Created);
    }

    private static async Task<IResult> EndAsync(HttpContext http, IAlertBook book, string id) =>
        ApiResults.Removed(await book.EndSilenceAsync(id, http.RequestAborted), "the silence");

    private static async Task<IResult> TestAsync(HttpContext http, IAlertBook book, string name) => ApiResults.Json(
        await book.TestAsync(name, http.RequestAborted) is { } error ? new NotifierTestView(false, error) : new NotifierTestView(true, null),
        AlertJson.Default.NotifierTestView);
}
