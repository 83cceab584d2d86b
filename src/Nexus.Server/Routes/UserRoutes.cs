using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Server.Access;
using Nexus.Server.Contracts;
using Nexus.Server.Documentation;
using Nexus.Server.Http;
using Nexus.Users;

namespace Nexus.Server.Routes;

/// <summary>Who may use the bot. Bots read; changes are for admins.</summary>
internal static class UserRoutes
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("/v1/users").WithTags("Users").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        reads.MapGet("", List).Describe("List users", "In key order of the chat ids.").Produces<UserPage>().Problems(400);
        reads.MapGet("/{chatId}", GetAsync).Describe("Read a user", "If-None-Match with a known ETag answers 304.").Produces<UserView>().Produces(304).Problems(400, 404);
        reads.MapGet("/{chatId}/access", CheckAccessAsync)
            .Describe("May this chat use the bot?", "Judged by the store's clock. Fails closed: when the store cannot answer, the answer is not allowed, role error.")
            .Produces<AccessView>().Problems(400);

        var writes = routes.MapGroup("/v1/users").WithTags("Users").Requires(ApiScopes.Admin).RefuseUnknownQuery();
        writes.MapPut("/{chatId}", PutAsync)
            .Describe("Add or change a user", "What is left out stays as it is stored, or takes its default for a new user. If-Match and If-None-Match: * are honoured.")
            .Accepts<UserBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<UserView>().Produces<UserView>(201).Problems(400, 412, 413, 415);
        writes.MapDelete("/{chatId}", DeleteAsync).Describe("Remove a user", "Sessions and trades of the chat stay.").Produces(204).Problems(400, 404, 412);
        writes.MapPost("/{chatId}/extend", ExtendAsync)
            .Describe("Lengthen a subscription", "From the later of now and its present end. One that does not end stays so.")
            .Accepts<ExtendBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<UserView>().Problems(400, 404, 413, 415);
    }

    private static PageResult<User, UserView> List(
        HttpContext http,
        NexusDb db,
        [Description("The next of the page before.")] string? after,
        [Description("Users on the page.")] string? limit)
    {
        var first = QueryValues.Chat("after", after);
        return new PageResult<User, UserView>("users", (last, _) => db.Users.ListAsync(last?.ChatId ?? first, http.RequestAborted), QueryValues.Limit(limit), user => user.ChatId.Value, UserView.From, ServerJson.Strict.UserView);
    }

    private static Task<IResult> GetAsync(HttpContext http, NexusDb db, string chatId) => AnswerAsync(http, db, ChatId.Parse(chatId), StatusCodes.Status200OK);

    private static async Task<IResult> CheckAccessAsync(HttpContext http, NexusDb db, string chatId)
    {
        var access = await db.Users.CheckAccessAsync(ChatId.Parse(chatId), http.RequestAborted);
        return Answers.Json(new AccessView(access.Allowed, access.Role), ServerJson.Strict.AccessView);
    }

    private static async Task<IResult> PutAsync(HttpContext http, NexusDb db, string chatId)
    {
        var id = ChatId.Parse(chatId);
        var condition = Precondition.Of(http.Request);
        var body = await http.ReadJsonAsync(ServerJson.Strict.UserBody);
        SessionRoutes.RequireSame(id, body.ChatId);
        if (body is { NamesExpiresAt: true, Days: not null }) throw new NexusValidationException("days", "must not come together with expiresAt");
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
        var receipt = await db.Users.SaveAsync(id, change, condition.Version, http.RequestAborted);
        return await AnswerAsync(http, db, id, Answers.SavedStatus(receipt.Version));
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, NexusDb db, string chatId)
    {
        var id = ChatId.Parse(chatId);
        return Answers.Removed(await db.Users.RemoveAsync(id, Precondition.Of(http.Request).Version, http.RequestAborted), Name(id));
    }

    private static async Task<IResult> ExtendAsync(HttpContext http, NexusDb db, string chatId)
    {
        var id = ChatId.Parse(chatId);
        var body = await http.ReadJsonAsync(ServerJson.Strict.ExtendBody);
        await db.Users.ExtendAsync(id, body.Days ?? throw new NexusValidationException("days", "is needed"), http.RequestAborted);
        return await AnswerAsync(http, db, id, StatusCodes.Status200OK);
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, NexusDb db, ChatId id, int status)
    {
        var user = await db.Users.GetAsync(id, http.RequestAborted) ?? throw new NexusNotFoundException(Name(id));
        return Answers.Versioned(http, UserView.From(user), user.Version, ServerJson.Strict.UserView, status);
    }

    private static string Name(ChatId id) => $"user {id}";
}
