using System.Text.Json;
using Nexus.Chats;
using Nexus.Server.Api;
using Nexus.Sessions;
using Nexus.Users;

namespace Nexus.Server.Dashboard;

/// <summary>Reads sessions for the list: by the beginning of a chat id, by the beginning of a name, by mode and strategy.</summary>
internal static class SessionReads
{
    private const int ShownStrategies = 100;

    /// <summary>One more session than a page shows, if there are as many.</summary>
    public static Task<List<Session>> FindAsync(DashboardRequest request, string? search, string? mode, string? strategy) =>
        search is null || ChatId.TryParse(search, out _)
            ? ListAsync(request, search, mode, strategy)
            : ListByNameAsync(request, search, mode, strategy);

    public static string? ModeOf(Session session) =>
        session.Config.Root.TryGetProperty("mode", out var mode) && mode.ValueKind == JsonValueKind.String ? mode.GetString() : null;

    public static IReadOnlyList<string> StrategiesOf(Session session) =>
        session.Config.Root.TryGetProperty("strategies", out var strategies) && strategies.ValueKind == JsonValueKind.Object
            ? [.. strategies.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.True).Take(ShownStrategies)
                .Select(member => member.Name)]
            : [];

    /// <summary>The names of the subscribers of these chats. The reads are gathered into one.</summary>
    public static async Task<IReadOnlyDictionary<ChatId, string?>> NamesAsync(DashboardRequest request, IEnumerable<ChatId> chats)
    {
        var users = await Task.WhenAll(chats.Distinct().Select(chat => request.Db.Users.GetAsync(chat, request.Aborted).AsTask()));
        return users.OfType<Users.User>().ToDictionary(user => user.ChatId, user => user.Name);
    }

    /// <summary>Chats are in the order of their text, so those that begin with a text follow it.</summary>
    private static async Task<List<Session>> ListAsync(DashboardRequest request, string? prefix, string? mode, string? strategy)
    {
        var found = new List<Session>();
        var after = QueryValues.ChatCursor("after", request.Query("after"));
        if (prefix is not null && after is null)
        {
            after = ChatId.Parse(prefix);
            if (await request.Db.Sessions.GetAsync(after.Value, request.Aborted) is { } exact && Matches(exact, mode, strategy)) found.Add(exact);
        }
        await foreach (var session in request.Db.Sessions.ListAsync(mode, strategy, after, DashboardRequest.PageRows + 1, request.Aborted))
        {
            if (prefix is not null && !session.ChatId.Value.StartsWith(prefix, StringComparison.Ordinal)) break;
            found.Add(session);
            if (found.Count > DashboardRequest.PageRows) break;
        }
        return found;
    }

    private static async Task<List<Session>> ListByNameAsync(DashboardRequest request, string name, string? mode, string? strategy)
    {
        var chats = new List<ChatId>();
        await foreach (var user in request.Db.Users.ListAsync(
            new UserFilter { NamePrefix = name, Limit = DashboardRequest.PageRows }, request.Aborted)) chats.Add(user.ChatId);
        var sessions = await Task.WhenAll(chats.Select(chat => request.Db.Sessions.GetAsync(chat, request.Aborted).AsTask()));
        return [.. sessions.OfType<Session>().Where(session => Matches(session, mode, strategy))];
    }

    private static bool Matches(Session session, string? mode, string? strategy) =>
        (mode is null || ModeOf(session) == mode) && (strategy is null || StrategiesOf(session).Contains(strategy));
}
