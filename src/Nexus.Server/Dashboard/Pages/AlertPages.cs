using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.Operations.Alerts;

namespace Nexus.Server.Dashboard;

/// <summary>The alerts: list, silence, test of a notifier.</summary>
internal static class AlertPages
{
    private const int LongestHours = 24 * 90;

    public static void MapAlertPages(this IEndpointRouteBuilder routes)
    {
        routes.Show("/alerts", DashboardArea.See, request => Task.FromResult(Show(request)));
        routes.Change("/alerts/silences", DashboardArea.Manage, request => ChangeAsync(request, "silenced", SilenceAsync));
        routes.Change("/alerts/silences/{id}/end", DashboardArea.Manage, request => ChangeAsync(request, "silence_ended", EndAsync));
        routes.Change("/alerts/notifiers/{name}/test", DashboardArea.Manage, request => ChangeAsync(request, "notified", TestAsync));
    }

    private static IResult Show(DashboardRequest request, NexusException? error = null)
    {
        var book = request.Service<IAlertBook>();
        var form = error is null ? null : request.Form;
        return DashboardRequest.Page<AlertPage, AlertModel>(
            new AlertModel
            {
                Alerts = book.Alerts,
                Silences = book.Silences,
                Notifiers = book.Notifiers,
                IsLeader = book.IsLeader,
                SettingsError = book.SettingsError,
                Error = error?.Message,
                Rule = form is null ? request.Query("rule") : form["rule"],
                Reason = form?["reason"],
            },
            error is null ? StatusCodes.Status200OK : DashboardRequest.StatusOf(error));
    }

    private static async Task<IResult> ChangeAsync(DashboardRequest request, string confirmation, Func<DashboardRequest, IAlertBook, Task> change)
    {
        try
        {
            await change(request, request.Service<IAlertBook>());
            return request.Done("/alerts", confirmation);
        }
        catch (NexusException error)
        {
            return Show(request, error);
        }
    }

    private static Task SilenceAsync(DashboardRequest request, IAlertBook book)
    {
        var form = request.Form;
        var until = request.Now.AddHours(form.Number("hours", 1, LongestHours));
        var silence = new Silence("", form["rule"] ?? "", new Dictionary<string, string>(), until, form["reason"] ?? "", request.Key.Name);
        return book.SilenceAsync(silence, request.Aborted);
    }

    private static async Task EndAsync(DashboardRequest request, IAlertBook book)
    {
        if (!await book.EndSilenceAsync(request.Route("id"), request.Aborted)) throw new NexusNotFoundException("the silence");
    }

    private static async Task TestAsync(DashboardRequest request, IAlertBook book)
    {
        if (await book.TestAsync(request.Route("name"), request.Aborted) is { } error)
            throw new NexusStateException($"the notifier {request.Route("name")}", $"did not deliver the test message: {error}");
    }
}
