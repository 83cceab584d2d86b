using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Sessions;

namespace Nexus.Server.Api;

/// <summary>Routes of sessions: the config of each chat and its exchange keys.</summary>
internal static class SessionRoutes
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/v1/sessions").WithTags("Sessions").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        sessions.MapGet("", List).Describe("List sessions", "Ordered by chat id. The response is streamed, so a page may be large.")
            .Produces<SessionPage>().Problems(400);
        sessions.MapGet("/{chatId}", GetAsync).Describe("Read a session", "If-None-Match with the current ETag returns 304.").Produces<SessionView>()
            .Produces(304).Problems(400, 404);
        sessions.MapPut("/{chatId}", PutAsync)
            .Describe(
                "Save a session",
                "Creates the session (201) or replaces it (200), and returns it with masked secrets. If-Match saves only over that version; "
                    + "If-None-Match: * only creates.")
            .Accepts<SessionBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<SessionView>().Produces<SessionView>(201)
            .Problems(400, 404, 412, 413, 415);
        sessions.MapDelete("/{chatId}", DeleteAsync).Describe("Delete a session and its keys", "If-Match deletes only that version.").Produces(204)
            .Problems(400, 404, 412);
        sessions.MapPatch("/{chatId}/config", PatchConfigAsync)
            .Describe(
                "Change fields of a config",
                "A JSON merge patch (RFC 7396), applied in the database, so concurrent changes of other fields are kept. Returns the session with "
                    + "masked secrets.")
            .Accepts<System.Text.Json.JsonElement>(RequestBody.MergePatch, RequestBody.Json).Limit(RequestBody.MaxRecordBytes)
            .Produces<SessionView>().Problems(400, 404, 412, 413, 415);

        routes.MapPost("/v1/sessions:batch", SaveBatchAsync).WithTags("Sessions").Requires(ApiScopes.Bot).RefuseUnknownQuery()
            .Describe(
                "Save many sessions, all or none",
                "An object with the list sessions, or only the list. Each chat appears once, each config is complete.")
            .Accepts<SessionBatchBody>(RequestBody.Json).Limit(RequestBody.MaxBatchBytes).Produces<SessionBatchView>().Problems(400, 413, 415);
    }

    private static PageResult<Session, SessionView> List(
        HttpContext http,
        NexusDb db,
        [Description("Only sessions whose config has this mode, such as PILOT.")] string? mode,
        [Description("Only sessions with a config in which this strategy is true.")] string? strategy,
        [Description("The next of the previous page.")] string? after,
        [Description("The maximum number of sessions on the page.")] string? limit)
    {
        var count = QueryValues.Limit(limit);
        var first = QueryValues.ChatCursor("after", after);
        var reveal = http.MaySeeSecrets();
        return new PageResult<Session, SessionView>(
            "sessions", (last, most) =>
                db.Sessions.ListAsync(QueryValues.Text(mode), QueryValues.Text(strategy), last?.ChatId ?? first, most, http.RequestAborted), count,
            session => QueryValues.CursorOf(session.ChatId), session => SessionViews.Of(session, reveal), ServerJson.Strict.SessionView);
    }

    private static async Task<IResult> GetAsync(HttpContext http, NexusDb db, string chatId)
    {
        var id = ChatId.Parse(chatId);
        var session = await FindAsync(http, db, id);
        return ApiResults.Versioned(http, SessionViews.Of(session, http.MaySeeSecrets()), session.Version, ServerJson.Strict.SessionView);
    }

    private static async Task<IResult> PutAsync(HttpContext http, NexusDb db, TimeProvider clock, string chatId)
    {
        var id = ChatId.Parse(chatId);
        var condition = Precondition.Of(http.Request);
        var body = await http.ReadJsonAsync(ServerJson.Strict.SessionBody);
        RequireSame(id, body.ChatId);
        var stored = await condition.ApplyAsync(
            Name(id), creates: true, () => VersionOfAsync(http, db, id), version => body.Config.IsGiven()
            ? db.Sessions.SaveAndGetAsync(
                SessionViews.ToSession(id, body, body.Config.ToStateJson()), version, SessionViews.Kept(body), http.RequestAborted)
            : SaveOverStoredAsync(http, db, clock, id, body, version));
        return Answer(http, stored.Session, ApiResults.SavedStatus(stored.Receipt.Version));
    }

    /// <summary>
    /// Properties that the body omits are taken from the stored session. The save then succeeds only over the version that was read, and is retried
    /// over a newer one unless the caller named the version.
    /// </summary>
    private static Task<StoredSession> SaveOverStoredAsync(
        HttpContext http, NexusDb db, TimeProvider clock, ChatId id, SessionBody body, long? version)
    {
        return Contention.WriteAsync(SaveAsync, version is null, clock, http.RequestAborted);

        async Task<StoredSession> SaveAsync()
        {
            var stored = await db.Sessions.GetAsync(id, http.RequestAborted);
            var session = SessionViews.ToSession(id, body, stored?.Config ?? StateJson.EmptyObject);
            return await db.Sessions.SaveAndGetAsync(session, version ?? stored?.Version ?? 0, SessionViews.Kept(body), http.RequestAborted);
        }
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, NexusDb db, string chatId)
    {
        var id = ChatId.Parse(chatId);
        var receipt = await Precondition.Of(http.Request).ApplyAsync(
            Name(id), creates: false, () => VersionOfAsync(http, db, id), version => db.Sessions.DeleteAsync(id, version, http.RequestAborted));
        return ApiResults.Removed(receipt.Existed, Name(id));
    }

    private static async Task<IResult> PatchConfigAsync(HttpContext http, NexusDb db, string chatId)
    {
        var id = ChatId.Parse(chatId);
        var condition = Precondition.Of(http.Request);
        var patch = await http.ReadDocumentAsync();
        await condition.ApplyAsync(
            Name(id),
            creates: false,
            () => VersionOfAsync(http, db, id),
            version => db.Sessions.PatchConfigAsync(id, patch, version, http.RequestAborted));
        return Answer(http, await FindAsync(http, db, id), StatusCodes.Status200OK);
    }

    private static async Task<IResult> SaveBatchAsync(HttpContext http, NexusDb db)
    {
        var members = await SessionBatch.ReadAsync(http);
        var receipts = await db.Sessions.SaveBatchAsync(members, http.RequestAborted);
        var saved = receipts.Select((receipt, i) => new SavedSession(members[i].Session.ChatId.Value, receipt.Version, receipt.At));
        return ApiResults.Json(new SessionBatchView([.. saved]), ServerJson.Strict.SessionBatchView);
    }

    private static IResult Answer(HttpContext http, Session session, int status) =>
        ApiResults.Versioned(http, SessionViews.Of(session, reveal: false), session.Version, ServerJson.Strict.SessionView, status);

    private static async Task<long> VersionOfAsync(HttpContext http, NexusDb db, ChatId id) =>
        await db.Store.GetSessionsAsync([id.Value], http.RequestAborted) is [var row] ? row.Version : 0;

    private static async Task<Session> FindAsync(HttpContext http, NexusDb db, ChatId id) =>
        await db.Sessions.GetAsync(id, http.RequestAborted) ?? throw new NexusNotFoundException(Name(id));

    internal static void RequireSame(ChatId route, ChatId? body)
    {
        if (body is { } given && given != route) throw new NexusValidationException("chatId", "must be the chat id of the path");
    }

    private static string Name(ChatId id) => $"session {id}";
}
