using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.History;

namespace Nexus.Server.Api;

/// <summary>Routes of the history of changes.</summary>
internal static class HistoryRoutes
{
    public static readonly string[] Tables = ["sessions", "users", "bot_state", "system_config", "api_keys"];

    public static void MapHistory(this IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/v1/history").WithTags("History").Requires(ApiScopes.Admin).RefuseUnknownQuery().MapGet("", ListAsync)
            .Describe(
                "List changes",
                "Who changed what, and when, newest first. Secrets appear as set, changed or removed only. Not available during an outage of "
                    + "PostgreSQL.")
            .Produces<HistoryPage>().Problems(400);
        routes.MapGroup("/v1/sessions/{chatId}/history").WithTags("Sessions").Requires(ApiScopes.Bot).RefuseUnknownQuery()
            .MapGet("", (HttpContext http, NexusDb db, string chatId, [Description("The next of the previous page.")] string? after,
                [Description("The maximum number of changes on the page.")] string? limit) =>
                OfChatAsync(http, db, "sessions", chatId, after, limit))
            .Describe("List the changes of a session", "The same list of one session, also of one that was deleted.").Produces<HistoryPage>()
            .Problems(400);
        routes.MapGroup("/v1/users/{chatId}/history").WithTags("Users").Requires(ApiScopes.Bot).RefuseUnknownQuery()
            .MapGet("", (HttpContext http, NexusDb db, string chatId, [Description("The next of the previous page.")] string? after,
                [Description("The maximum number of changes on the page.")] string? limit) =>
                OfChatAsync(http, db, "users", chatId, after, limit))
            .Describe("List the changes of a user", "The same list of one user, also of one that was removed.").Produces<HistoryPage>()
            .Problems(400);
    }

    private static Task<IResult> ListAsync(
        HttpContext http, NexusDb db, [Description("Only this table: sessions, users, bot_state, system_config or api_keys.")] string? table,
        [Description("Only the record with this key; needs a table.")] string? key,
        [Description("Only changes of the author with this id.")] string? author,
        [Description("Only changes at or after this instant.")] string? from, [Description("Only changes before this instant.")] string? before,
        [Description("The next of the previous page.")] string? after, [Description("The maximum number of changes on the page.")] string? limit) =>
        ReadAsync(
            http, db,
            new HistoryFilter(
                TableOf(table), QueryValues.Text(key), QueryValues.Text(author), QueryValues.Instant("from", from),
                QueryValues.Instant("before", before)),
            after, limit);

    private static Task<IResult> OfChatAsync(HttpContext http, NexusDb db, string table, string chat, string? after, string? limit) =>
        ReadAsync(http, db, new HistoryFilter(table, ChatId.Parse(chat, "chatId").Value), after, limit);

    private static async Task<IResult> ReadAsync(HttpContext http, NexusDb db, HistoryFilter filter, string? after, string? limit)
    {
        var count = QueryValues.Limit(limit);
        using var share = await http.TakeListAsync();
        var entries = new List<HistoryEntry>(count + 1);
        await foreach (var entry in HistoryCursorText.ListAsync(
            db.History, filter, HistoryCursorText.Parse("after", after), count + 1, http.RequestAborted)) entries.Add(entry);
        return ApiResults.Json(
            new HistoryPage(
                [.. entries.Take(count).Select(HistoryEntryView.From)], entries.Count > count ? HistoryCursorText.Of(entries[count - 1]) : null),
            ServerJson.Strict.HistoryPage);
    }

    /// <exception cref="NexusValidationException">There is no such table.</exception>
    public static string? TableOf(string? table) => string.IsNullOrEmpty(table) ? null
        : Array.IndexOf(Tables, table) >= 0 ? table
        : throw new NexusValidationException("table", $"must be one of {string.Join(", ", Tables)}");
}
