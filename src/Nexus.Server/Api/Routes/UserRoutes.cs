using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.Backup;
using Nexus.Operations.Erasure;
using Nexus.Server.Settings;
using Nexus.Users;

namespace Nexus.Server.Api;

/// <summary>Routes of users. Bots read users and change preferences; other changes require the scope admin.</summary>
internal static class UserRoutes
{
    private const int MaxAttempts = 32;

    /// <summary>What PostgreSQL counts before it estimates.</summary>
    private const int CountedExactly = 50_000;

    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("/v1/users").WithTags("Users").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        reads.MapGet("", List)
            .Describe(
                "List users",
                "Users that meet every given filter. Ordered by chat id; with name or namePart, by name; with endsFrom or endsBefore, subscribers "
                    + "by the end of their subscription.")
            .Produces<UserPage>().Problems(400);
        routes.MapGet("/v1/counts", CountAsync).WithTags("Users").Requires(ApiScopes.Bot).RefuseUnknownQuery()
            .Describe(
                "Count users, sessions and trades",
                "Users are counted exactly, by role and by the end of their subscription. Sessions and trades are counted up to 50,000; above "
                    + "that the numbers are the database's estimates, and estimated names them.")
            .Produces<CountsView>();
        reads.MapGet("/{chatId}", GetAsync).Describe("Read a user", "If-None-Match with the current ETag returns 304.").Produces<UserView>()
            .Produces(304).Problems(400, 404);
        reads.MapGet("/{chatId}/access", CheckAccessAsync)
            .Describe(
                "Check whether a chat may use the bot",
                "Uses the store's clock. Fails closed: if the store is unavailable, allowed is false and role is error.")
            .Produces<AccessView>().Problems(400);

        routes.MapPost("/v1/users:access", CheckManyAsync).WithTags("Users").Requires(ApiScopes.Bot).RefuseUnknownQuery()
            .Describe(
                "Check whether chats may use the bot",
                "At most 1,000 chats; the results have the same order. Fails closed, like the check of one chat.")
            .Accepts<AccessBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).WithMetadata(ReadingPost.Instance).Produces<AccessList>()
            .Problems(400, 413, 415);

        reads.MapPut("/{chatId}", PutAsync).Requires(ApiScopes.Bot, whole: ApiScopes.Admin)
            .Describe(
                "Add or change a user",
                "Omitted properties keep their stored values, or get defaults for a new user. A new user needs days or expiresAt (null: no end). "
                    + "Supports If-Match and If-None-Match: *. A key without the scope admin may change only timezone and groups of an "
                    + "existing user.")
            .Accepts<UserBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<UserView>().Produces<UserView>(201)
            .Problems(400, 404, 412, 413, 415);
        reads.MapPatch("/{chatId}", PatchAsync)
            .Describe(
                "Change a user's preferences",
                "A JSON merge patch (RFC 7396) of timezone and groups. The scope bot is sufficient. Returns the user. Supports If-Match.")
            .Accepts<UserPreferencesBody>(RequestBody.MergePatch, RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<UserView>()
            .Problems(400, 404, 412, 413, 415);

        var writes = routes.MapGroup("/v1/users").WithTags("Users").Requires(ApiScopes.Admin).RefuseUnknownQuery();
        writes.MapDelete("/{chatId}", DeleteAsync).Describe("Remove a user", "The sessions and trades of the chat are kept.").Produces(204)
            .Problems(400, 404, 412);
        writes.MapPost("/{chatId}/extend", ExtendAsync)
            .Describe("Extend a subscription", "Adds days to the later of now and its current end. A subscription without an end stays unchanged.")
            .Accepts<ExtendBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<UserView>().Problems(400, 404, 413, 415);
        writes.MapPost("/{chatId}/forget", ForgetAsync)
            .Describe(
                "Erase a chat",
                "Erases the session with all keys, the user, the keyed state, tasks, calibrations, history of changes, conflicts "
                    + "and quarantined writes of the chat. Trades stay under a random number. Returns a receipt: what was erased, what stays and "
                    + "why. A second call erases nothing. Refused while PostgreSQL is unavailable.")
            .Produces<ErasureReceipt>().Problems(400, 503);
    }

    private static PageResult<User, UserView> List(
        HttpContext http,
        NexusDb db,
        [Description("Only users whose names begin with this text; upper and lower case are equal.")] string? name,
        [Description("Only users whose names contain this text; upper and lower case are equal. Reads more than name does.")] string? namePart,
        [Description("Only this role: user or admin.")] string? role,
        [Description("Only users with this group switched on. Reads more than name does.")] string? group,
        [Description("Only the user with this number, which PostgreSQL gives: the legacy bot's id.")] string? id,
        [Description("Only subscriptions that end at or after this instant.")] string? endsFrom,
        [Description("Only subscriptions that end before this instant.")] string? endsBefore,
        [Description("The next of the previous page.")] string? after,
        [Description("The maximum number of users on the page.")] string? limit)
    {
        var filter = new UserFilter
        {
            NamePrefix = QueryValues.Text(name),
            NamePart = QueryValues.Text(namePart),
            Role = QueryValues.Role(role),
            Group = QueryValues.Text(group),
            Number = QueryValues.Number("id", id, 0, int.MaxValue),
            EndsFrom = QueryValues.Instant("endsFrom", endsFrom),
            EndsBefore = QueryValues.Instant("endsBefore", endsBefore),
        };
        return UserLists.Of(http, db, filter, after, QueryValues.Limit(limit));
    }

    private static async Task<IResult> CountAsync(HttpContext http, NexusDb db)
    {
        using var share = await http.TakeListAsync();
        var users = await db.Users.CountAsync(http.RequestAborted);
        var status = await db.GetStatusAsync(http.RequestAborted);
        List<string> estimated = [];
        // The embedded store counts exactly.
        if (status.Kind == "postgresql" && status.Sessions >= CountedExactly) estimated.Add("sessions");
        if (status.Kind == "postgresql" && status.Trades >= CountedExactly) estimated.Add("trades");
        return ApiResults.Json(
            new CountsView(new UserCountsView(users.Total, users.Admins, users.Active, users.Expired), status.Sessions, status.Trades, estimated),
            ServerJson.Strict.CountsView);
    }

    private static Task<IResult> GetAsync(HttpContext http, NexusDb db, string chatId) =>
        AnswerAsync(http, db, ChatId.Parse(chatId), StatusCodes.Status200OK);

    private static async Task<IResult> CheckAccessAsync(HttpContext http, NexusDb db, string chatId)
    {
        var access = await db.Users.CheckAccessAsync(ChatId.Parse(chatId), http.RequestAborted);
        return ApiResults.Json(new AccessView(access.Allowed, access.Role), ServerJson.Strict.AccessView);
    }

    private static async Task<IResult> CheckManyAsync(HttpContext http, NexusDb db)
    {
        var body = await http.ReadJsonAsync(ServerJson.Strict.AccessBody);
        var chats = body.ChatIds ?? throw new NexusValidationException("chatIds", "is required");
        var answers = await db.Users.CheckAccessAsync(chats, http.RequestAborted);
        return ApiResults.Json(
            new AccessList([.. answers.Select(answer => new ChatAccessView(answer.ChatId.Value, answer.Access.Allowed, answer.Access.Role))]),
            ServerJson.Strict.AccessList);
    }

    private static async Task<IResult> PutAsync(HttpContext http, NexusDb db, string chatId)
    {
        var id = ChatId.Parse(chatId);
        var condition = Precondition.Of(http.Request);
        var body = await http.ReadJsonAsync(ServerJson.Strict.UserBody);
        SessionRoutes.RequireSame(id, body.ChatId);
        if (!http.Caller().Scopes.HasFlag(ApiScopes.Admin))
        {
            var isPreference = body.FirstForAdmins is null && (body.Timezone is not null || body.Groups.IsGiven());
            if (!isPreference)
                return Problem.Of(
                    StatusCodes.Status403Forbidden,
                    "forbidden",
                    "the API key lacks the scope admin: without it, only timezone and groups can be changed",
                    body.FirstForAdmins);
            if (await VersionOfAsync(http, db, id) == 0) throw new NexusNotFoundException(Name(id));
        }
        if (body is { NamesExpiresAt: true, Days: not null }) throw new NexusValidationException("days", "cannot be combined with expiresAt");
        var change = new UserChange
        {
            Name = body.Name,
            Role = body.Role,
            ExpiresAt = body.ExpiresAt,
            Days = body.Days,
            NeverExpires = body is { NamesExpiresAt: true, ExpiresAt: null },
            TimeZone = body.Timezone,
            TelegramId = body.TelegramId,
            Groups = body.Groups.IsGiven() ? body.Groups.ToStateJson() : null,
        };
        var receipt = await condition.ApplyAsync(
            Name(id), creates: true, () => VersionOfAsync(http, db, id), version => db.Users.SaveAsync(id, change, version, http.RequestAborted));
        return await AnswerAsync(http, db, id, ApiResults.SavedStatus(receipt.Version));
    }

    private static async Task<IResult> PatchAsync(HttpContext http, NexusDb db, string chatId)
    {
        var id = ChatId.Parse(chatId);
        var condition = Precondition.Of(http.Request);
        var body = await http.ReadJsonAsync(ServerJson.Strict.UserPreferencesBody);
        await condition.ApplyAsync(Name(id), creates: false, () => VersionOfAsync(http, db, id), version => MergeAsync(http, db, id, body, version));
        return await AnswerAsync(http, db, id, StatusCodes.Status200OK);
    }

    /// <summary>Groups that the patch omits are taken from the stored user. The save succeeds only over the version that was read.</summary>
    private static async Task<Nexus.Engine.WriteReceipt> MergeAsync(HttpContext http, NexusDb db, ChatId id, UserPreferencesBody body, long? version)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = await db.Store.GetUsersAsync([id.Value], http.RequestAborted) is [var row]
                ? row
                : throw new NexusNotFoundException(Name(id));
            var change = new UserChange
            {
                TimeZone = body.Timezone,
                Groups = body.Groups.IsGiven() ? StateJson.Parse(MergePatch.Apply(stored.Groups.Span, body.Groups.ToStateJson().Utf8.Span)) : null,
            };
            try
            {
                return await db.Users.SaveAsync(id, change, version ?? stored.Version, http.RequestAborted);
            }
            catch (NexusConflictException) when (version is null && attempt < MaxAttempts)
            {
                // Another writer was faster: read again.
            }
        }
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, NexusDb db, string chatId)
    {
        var id = ChatId.Parse(chatId);
        var receipt = await Precondition.Of(http.Request).ApplyAsync(
            Name(id), creates: false, () => VersionOfAsync(http, db, id), version => db.Users.DeleteAsync(id, version, http.RequestAborted));
        return ApiResults.Removed(receipt.Existed, Name(id));
    }

    private static async Task<IResult> ExtendAsync(HttpContext http, NexusDb db, string chatId)
    {
        var id = ChatId.Parse(chatId);
        var body = await http.ReadJsonAsync(ServerJson.Strict.ExtendBody);
        await db.Users.ExtendAsync(id, body.Days ?? throw new NexusValidationException("days", "is required"), http.RequestAborted);
        return await AnswerAsync(http, db, id, StatusCodes.Status200OK);
    }

    private static async Task<IResult> ForgetAsync(
        HttpContext http, NexusDb db, ServerOptions options, IBackupCatalog backups, TimeProvider clock, string chatId,
        [Description("true only counts what would be erased.")] string? dryRun)
    {
        var isDryRun = dryRun switch
        {
            null or "" or "false" => false,
            "true" => true,
            _ => throw new NexusValidationException("dryRun", "must be true or false"),
        };
        var eraser = new Eraser(db, options.Nexus, backups, options.Backups, clock);
        var receipt = await eraser.ForgetAsync(ChatId.Parse(chatId), isDryRun, http.RequestAborted);
        return ApiResults.Json(receipt, ServerJson.Strict.ErasureReceipt);
    }

    private static async Task<long> VersionOfAsync(HttpContext http, NexusDb db, ChatId id) =>
        await db.Store.GetUsersAsync([id.Value], http.RequestAborted) is [var row] ? row.Version : 0;

    private static async Task<IResult> AnswerAsync(HttpContext http, NexusDb db, ChatId id, int status)
    {
        var user = await db.Users.GetAsync(id, http.RequestAborted) ?? throw new NexusNotFoundException(Name(id));
        return ApiResults.Versioned(http, UserView.From(user), user.Version, ServerJson.Strict.UserView, status);
    }

    private static string Name(ChatId id) => $"user {id}";
}
