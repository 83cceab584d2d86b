using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.Failover;

namespace Nexus.Server.Api;

/// <summary>Routes of the outbox: pending writes, conflicts and quarantined writes.</summary>
internal static class OutboxRoutes
{
    public static void MapOutbox(this IEndpointRouteBuilder routes)
    {
        var outbox = routes.MapGroup("/v1/outbox").WithTags("Outbox").Requires(ApiScopes.Admin).RefuseUnknownQuery();
        outbox.MapGet("", (NexusDb db) => ApiResults.Json(View(Of(db).Status), ServerJson.Strict.OutboxView))
            .Describe("Read the state of the fallback", "Returns 404 without a fallback: with the embedded store, and in the mode off.")
            .Produces<OutboxView>().Problems(404);
        outbox.MapGet("/conflicts", ListConflictsAsync)
            .Describe("List the conflicts", "Spooled writes in conflict with another version of their record, with both versions.")
            .Produces<ConflictPage>().Problems(400, 404);
        outbox.MapPost("/conflicts/{id}/resolve", ResolveAsync)
            .Describe("Resolve a conflict", "Applies the chosen version to PostgreSQL if it is not there already.")
            .Accepts<ResolveBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces(204).Problems(400, 404, 413, 415);
        outbox.MapGet("/quarantined", ListQuarantinedAsync)
            .Describe("List the quarantined writes", "Spooled writes that PostgreSQL refused, with the reason.").Produces<QuarantinedPage>()
            .Problems(400, 404);
        outbox.MapPost("/quarantined/{id}/retry", (HttpContext http, NexusDb db, string id) => ReleaseAsync(http, db, id, retry: true))
            .Describe("Retry a quarantined write", "Puts the write at the end of the outbox.").Produces(204).Problems(400, 404);
        outbox.MapDelete("/quarantined/{id}", (HttpContext http, NexusDb db, string id) => ReleaseAsync(http, db, id, retry: false))
            .Describe("Discard a quarantined write", "Deletes the write. This cannot be undone.").Produces(204).Problems(400, 404);
    }

    private static async Task<IResult> ListConflictsAsync(
        HttpContext http, NexusDb db, [Description("The next of the previous page.")] string? after, [
            Description("The maximum number of conflicts on the page.")
        ] string? limit)
    {
        var count = QueryValues.Limit(limit);
        var conflicts = await Of(db).ListConflictsAsync(Number("after", after), count + 1, http.RequestAborted);
        return ApiResults.Json(
            new ConflictPage([.. conflicts.Take(count).Select(ConflictView.From)], Next(conflicts, count, conflict => conflict.Id)),
            ServerJson.Strict.ConflictPage);
    }

    private static async Task<IResult> ListQuarantinedAsync(
        HttpContext http, NexusDb db, [Description("The next of the previous page.")] string? after, [
            Description("The maximum number of writes on the page.")
        ] string? limit)
    {
        var count = QueryValues.Limit(limit);
        var writes = await Of(db).ListQuarantinedAsync(Number("after", after), count + 1, http.RequestAborted);
        return ApiResults.Json(
            new QuarantinedPage([.. writes.Take(count).Select(QuarantinedView.From)], Next(writes, count, write => write.Id)),
            ServerJson.Strict.QuarantinedPage);
    }

    private static async Task<IResult> ResolveAsync(HttpContext http, NexusDb db, string id)
    {
        var body = await http.ReadJsonAsync(ServerJson.Strict.ResolveBody);
        var keep = body.Keep switch
        {
            "stored" => ConflictWinner.Remote,
            "spooled" => ConflictWinner.Local,
            _ => throw new NexusValidationException("keep", "must be stored or spooled"),
        };
        return ApiResults.Removed(await Of(db).ResolveAsync(Number("id", id), keep, http.RequestAborted), $"conflict {id}");
    }

    private static async Task<IResult> ReleaseAsync(HttpContext http, NexusDb db, string id, bool retry)
    {
        var number = Number("id", id);
        var found = retry ? await Of(db).RetryAsync(number, http.RequestAborted) : await Of(db).DiscardAsync(number, http.RequestAborted);
        return ApiResults.Removed(found, $"quarantined write {id}");
    }

    private static NexusOutbox Of(NexusDb db) => db.Outbox ?? throw new NexusNotFoundException("an outbox");

    private static OutboxView View(FallbackStatus status) => new(
        status.ModeName, status.IsLocal, status.Message, status.Since, status.Staleness?.TotalSeconds, status.Pending, status.Conflicts,
            status.Quarantined, status.Replayed, status.CopyName, status.CopyProgress, status.OutboxBytes, status.OutboxLimit);

    private static string? Next<T>(IReadOnlyList<T> items, int count, Func<T, long> idOf) =>
        items.Count > count ? idOf(items[count - 1]).ToString(CultureInfo.InvariantCulture) : null;

    private static long Number(string field, string? value)
    {
        if (string.IsNullOrEmpty(value)) return 0;
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new NexusValidationException(field, "must be a number of the list");
    }
}
