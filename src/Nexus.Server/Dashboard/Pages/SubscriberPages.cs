using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Server.Api;
using Nexus.Users;

namespace Nexus.Server.Dashboard;

/// <summary>The subscribers: list, add, change, extend, remove.</summary>
internal static class SubscriberPages
{
    private const int LastYears = 3650;

    /// <summary>What a store gives a new user who is saved without groups.</summary>
    private static readonly string[] DefaultGroups = ["CRYPTO", "STOCKS", "ETFS"];

    public static void MapSubscriberPages(this IEndpointRouteBuilder routes)
    {
        routes.Show("/subscribers", DashboardArea.See, ListAsync);
        routes.Show("/new-subscriber", DashboardArea.Manage, request => ShowNewAsync(request));
        routes.Change("/new-subscriber", DashboardArea.Manage, AddAsync);
        routes.Show("/subscribers/{chat}", DashboardArea.See, request => ShowAsync(request));
        routes.Change("/subscribers/{chat}", DashboardArea.Manage, request => ChangeAsync(request, "saved", SaveAsync));
        routes.Change("/subscribers/{chat}/extend", DashboardArea.Manage, request => ChangeAsync(request, "extended", ExtendAsync));
        routes.Change("/subscribers/{chat}/remove", DashboardArea.Manage, RemoveAsync);
    }

    private static async Task<IResult> ListAsync(DashboardRequest request)
    {
        var search = request.Query("q");
        int? within = null;
        var now = await request.Db.GetTimeAsync(request.Aborted);
        using var share = await request.TakeListAsync();
        try
        {
            within = QueryValues.Number("ending", request.Query("ending"), 0, LastYears);
            var found = await FindAsync(request, search, within, now).Take(DashboardRequest.PageRows + 1).ToListAsync(request.Aborted);
            var shown = found.Take(DashboardRequest.PageRows).ToList();
            return DashboardRequest.Page<SubscriberListPage, SubscriberListModel>(new SubscriberListModel
            {
                Search = search,
                EndingWithin = within,
                IsLater = request.Query("after") is not null,
                Rows = shown,
                Next = found.Count > shown.Count ? QueryValues.CursorOf(shown[^1].ChatId) : null,
                StoreTime = now,
            });
        }
        catch (NexusValidationException error)
        {
            return DashboardRequest.Page<SubscriberListPage, SubscriberListModel>(
                new SubscriberListModel { Search = search, EndingWithin = within, Rows = [], StoreTime = now, Error = error.Message },
                DashboardRequest.StatusOf(error));
        }
    }

    /// <summary>The cursor is a chat. The other lists go on after its subscriber.</summary>
    private static async IAsyncEnumerable<User> FindAsync(DashboardRequest request, string? search, int? within, DateTimeOffset now)
    {
        const int Most = DashboardRequest.PageRows + 1;
        var (users, aborted) = (request.Db.Users, request.Aborted);
        var after = QueryValues.ChatCursor("after", request.Query("after"));
        var isChat = search is not null && ChatId.TryParse(search, out _);
        var last = after is { } chat && (within is not null || !isChat) ? await users.GetAsync(chat, aborted) : null;
        if (within is { } days)
        {
            var ending = users.ListAsync(
                new UserFilter
                {
                    EndsFrom = days == 0 ? now.AddDays(-LastYears) : now,
                    EndsBefore = days == 0 ? now : now.AddDays(days),
                    NamePrefix = isChat ? null : search,
                    After = last,
                    Limit = isChat ? null : Most,
                },
                aborted);
            await foreach (var user in ending.Where(user => !isChat || Matches(user, search!))) yield return user;
        }
        else if (search is not null && !isChat)
        {
            await foreach (var user in users.ListAsync(new UserFilter { NamePrefix = search, After = last, Limit = Most }, aborted))
                yield return user;
        }
        else
        {
            if (search is not null && after is null)
            {
                after = ChatId.Parse(search);
                if (await users.GetAsync(after.Value, aborted) is { } exact) yield return exact;
            }
            await foreach (var user in users.ListAsync(after, Most, aborted))
            {
                if (search is not null && !user.ChatId.Value.StartsWith(search, StringComparison.Ordinal)) yield break;
                yield return user;
            }
        }
    }

    /// <summary>A number may be a chat or a name.</summary>
    private static bool Matches(User user, string search) =>
        user.ChatId.Value.StartsWith(search, StringComparison.Ordinal) || user.Name?.StartsWith(search, StringComparison.OrdinalIgnoreCase) == true;

    private static async Task<IResult> ShowNewAsync(DashboardRequest request, NexusException? error = null)
    {
        return DashboardRequest.Page<SubscriberPage, SubscriberModel>(
            new SubscriberModel
            {
                StoreTime = await request.Db.GetTimeAsync(request.Aborted),
                Groups = await GroupsAsync(request, user: null),
                Typed = error is null ? new Dictionary<string, string>() : Typed(request),
                Error = error?.Message,
            },
            error is null ? StatusCodes.Status200OK : DashboardRequest.StatusOf(error));
    }

    private static async Task<IResult> ShowAsync(DashboardRequest request, NexusException? error = null)
    {
        var chat = ChatOf(request);
        var user = await request.Db.Users.GetAsync(chat, request.Aborted) ?? throw new NexusNotFoundException($"user {chat}");
        var session = await request.Db.Sessions.GetAsync(chat, request.Aborted);
        return DashboardRequest.Page<SubscriberPage, SubscriberModel>(
            new SubscriberModel
            {
                Chat = chat,
                User = user,
                HasSession = session is not null,
                StoreTime = await request.Db.GetTimeAsync(request.Aborted),
                Groups = await GroupsAsync(request, user),
                History = await HistoryGlance.ReadAsync(request, "users", chat.Value),
                Typed = error is null ? new Dictionary<string, string>() : Typed(request),
                Error = error?.Message,
            },
            error is null ? StatusCodes.Status200OK : DashboardRequest.StatusOf(error));
    }

    private static async Task<IResult> AddAsync(DashboardRequest request)
    {
        try
        {
            var chat = ChatId.Parse(request.Form["chat"], "chat");
            var change = ChangeOf(request.Form) with { Groups = await GroupsOfAsync(request, user: null) };
            await request.Db.Users.SaveAsync(chat, change, expectedVersion: 0, request.Aborted);
            return request.Done(PathOf(chat), "added");
        }
        catch (NexusException error)
        {
            return await ShowNewAsync(request, error);
        }
    }

    private static async Task<IResult> ChangeAsync(DashboardRequest request, string confirmation, Func<DashboardRequest, ChatId, Task> change)
    {
        var chat = ChatOf(request);
        try
        {
            await change(request, chat);
            return request.Done(PathOf(chat), confirmation);
        }
        catch (NexusException error)
        {
            return await ShowAsync(request, error);
        }
    }

    private static async Task SaveAsync(DashboardRequest request, ChatId chat)
    {
        var user = await request.Db.Users.GetAsync(chat, request.Aborted) ?? throw new NexusNotFoundException($"user {chat}");
        var change = ChangeOf(request.Form) with { Groups = await GroupsOfAsync(request, user) };
        await request.Db.Users.SaveAsync(chat, change, request.Form.Version(), request.Aborted);
    }

    private static Task ExtendAsync(DashboardRequest request, ChatId chat) =>
        request.Db.Users.ExtendAsync(chat, request.Form.Number("days", 1, 36_500), request.Aborted);

    private static async Task<IResult> RemoveAsync(DashboardRequest request)
    {
        var chat = ChatOf(request);
        try
        {
            if (request.Form["confirm"] != chat.Value) throw new NexusValidationException("confirm", "must repeat the chat id");
            await request.Db.Users.DeleteAsync(chat, request.Form.Version(), request.Aborted);
            return request.Done("/subscribers", "removed");
        }
        catch (NexusException error)
        {
            return await ShowAsync(request, error);
        }
    }

    private static UserChange ChangeOf(DashboardForm form) => new()
    {
        Name = form["name"],
        Role = form["role"] switch
        {
            "admin" => UserRole.Admin,
            "user" => UserRole.User,
            null => null,
            _ => throw new NexusValidationException("role", "must be user or admin"),
        },
        TimeZone = form["timezone"],
        NeverExpires = form["end"] == "never",
        Days = form["end"] == "days" ? form.Number("days", 1, 36_500) : null,
        ExpiresAt = form["end"] == "date" ? DateOf(form["date"]) : null,
    };

    private static DateTimeOffset DateOf(string? text) =>
        DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date
            : throw new NexusValidationException("date", "must be a date such as 2026-12-31");

    /// <summary>The groups as the form has them.</summary>
    private static async Task<StateJson> GroupsOfAsync(DashboardRequest request, User? user)
    {
        var groups = new JsonObject();
        foreach (var (name, _) in await GroupsAsync(request, user)) groups[name] = request.Form.Has($"group_{name}");
        return StateJson.Parse(groups.ToJsonString());
    }

    /// <summary>
    /// The groups of the bot state and those that the subscriber has besides; for a new one the defaults, which are on, in their place.
    /// </summary>
    private static async Task<IReadOnlyList<KeyValuePair<string, bool>>> GroupsAsync(DashboardRequest request, User? user)
    {
        var own = user is null ? DefaultGroups.ToDictionary(name => name, _ => true, StringComparer.Ordinal)
            : user.Groups.Root.EnumerateObject().ToDictionary(
                group => group.Name, group => group.Value.ValueKind == JsonValueKind.True, StringComparer.Ordinal);
        var known = (await request.Db.BotState.GetAsync(request.Aborted)).GroupConfig.Root.EnumerateObject().Select(group => group.Name);
        return [.. own.Keys.Concat(known).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(200)
            .Select(name => KeyValuePair.Create(name, own.GetValueOrDefault(name)))];
    }

    private static Dictionary<string, string> Typed(DashboardRequest request) =>
        request.Form.Shown.ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal);

    private static ChatId ChatOf(DashboardRequest request) => ChatId.Parse(request.Route("chat"));

    private static string PathOf(ChatId chat) => $"/subscribers/{chat}";
}
