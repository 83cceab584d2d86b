using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.Failover;

namespace Nexus.Server.Dashboard;

/// <summary>The outbox, with the decisions that conflicts and refused writes need.</summary>
internal static class OutboxPages
{
    private const int PageEntries = 20;

    public static void MapOutboxPages(this IEndpointRouteBuilder routes)
    {
        routes.Show("/outbox", DashboardArea.See, request => ShowAsync(request));
        routes.Change("/outbox/conflicts/{id}/resolve", DashboardArea.Manage, request => DecideAsync(
            request, "resolved", (outbox, id) => outbox.ResolveAsync(id, WinnerOf(request), request.Aborted)));
        routes.Change("/outbox/quarantined/{id}/retry", DashboardArea.Manage, request => DecideAsync(
            request, "retried", (outbox, id) => outbox.RetryAsync(id, request.Aborted)));
        routes.Change("/outbox/quarantined/{id}/discard", DashboardArea.Manage, request => DecideAsync(
            request, "discarded", (outbox, id) => outbox.DiscardAsync(id, request.Aborted)));
    }

    private static async Task<IResult> ShowAsync(DashboardRequest request, NexusException? error = null)
    {
        var status = error is null ? StatusCodes.Status200OK : DashboardRequest.StatusOf(error);
        if (request.Db.Outbox is not { } outbox)
            return DashboardRequest.Page<OutboxPage, OutboxModel>(new OutboxModel { Error = error?.Message }, status);
        var (afterConflict, afterQuarantined) = (Number(request.Query("conflicts")), Number(request.Query("quarantined")));
        var conflicts = await outbox.ListConflictsAsync(afterConflict, PageEntries + 1, request.Aborted);
        var quarantined = await outbox.ListQuarantinedAsync(afterQuarantined, PageEntries + 1, request.Aborted);
        return DashboardRequest.Page<OutboxPage, OutboxModel>(
            new OutboxModel
            {
                Status = outbox.Status,
                Conflicts = [.. conflicts.Take(PageEntries)],
                NextConflict = conflicts.Count > PageEntries ? conflicts[PageEntries - 1].Id : null,
                Quarantined = [.. quarantined.Take(PageEntries)],
                NextQuarantined = quarantined.Count > PageEntries ? quarantined[PageEntries - 1].Id : null,
                IsLater = afterConflict > 0 || afterQuarantined > 0,
                Error = error?.Message,
            },
            status);
    }

    private static async Task<IResult> DecideAsync(DashboardRequest request, string confirmation, Func<NexusOutbox, long, Task<bool>> decide)
    {
        try
        {
            var outbox = request.Db.Outbox ?? throw new NexusNotFoundException("an outbox");
            var id = Number(request.Route("id"));
            return await decide(outbox, id) ? request.Done("/outbox", confirmation) : throw new NexusNotFoundException($"entry {id}");
        }
        catch (NexusException error)
        {
            return await ShowAsync(request, error);
        }
    }

    private static ConflictWinner WinnerOf(DashboardRequest request) => request.Form["keep"] switch
    {
        "stored" => ConflictWinner.Remote,
        "spooled" => ConflictWinner.Local,
        _ => throw new NexusValidationException("keep", "must be stored or spooled"),
    };

    private static long Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
