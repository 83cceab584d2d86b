using System.Text;
using Nexus.Users;

namespace Nexus.StoreContract;

/// <summary>Lists of users with several conditions at once.</summary>
public abstract partial class UserContract
{
    private static readonly string[] Names = ["ana", "Ana Maria", "ANASTASIA", "Bea", "An%", "an", "Mariana", ""];

    [Fact]
    public async Task Every_combination_of_conditions_lists_who_meets_all_of_them_page_by_page()
    {
        await ApplyAllAsync([.. Enumerable.Range(0, 120).Select(n => Make.User(
            $"{1000 + n}",
            n % 9 == 0 ? null : Names[n % 8],
            n % 5 == 0 ? "admin" : "user",
            n % 7 == 0 ? null : Make.Until(Make.Noon.AddDays(n % 11)),
            groups: n % 3 == 0 ? """{"CRYPTO":true,"a\"b\\é.":true}""" : n % 3 == 1 ? """{"CRYPTO":false}""" : """{"crypto":true,"C ":true}"""))]);
        var users = await ToListAsync(Store.ListUsersAsync(null, limit: null, Token));
        Assert.Equal(120, users.Count);
        Func<UserQuery, UserQuery>[] conditions =
        [
            query => query with { NamePrefix = "AN" },
            query => query with { NamePart = "ria" },
            query => query with { Role = UserRole.User },
            query => query with { Role = UserRole.Admin },
            query => query with { Group = "CRYPTO" },
            query => query with { Group = "a\"b\\é." },
            query => query with { Ends = (Make.Noon.AddDays(2), Make.Noon.AddDays(8)) },
            query => query with { ChangedSince = DateTimeOffset.UnixEpoch },
        ];

        for (var set = 0; set < 1 << conditions.Length; set++)
        {
            var chosen = set;
            var query = conditions.Where((_, n) => (chosen & (1 << n)) != 0).Aggregate(new UserQuery(), (one, condition) => condition(one));
            Assert.Equal(Expected(users, query), await PagesAsync(query));
        }
    }

    [Fact]
    public async Task A_condition_that_nobody_meets_lists_nobody()
    {
        await ApplyAllAsync([Make.User("1", "Ana"), Make.User("2", "Bea", "admin", groups: """{"X":"true"}""")]);

        Assert.Empty(await PagesAsync(new UserQuery { Group = "X" }));
        Assert.Empty(await PagesAsync(new UserQuery { Group = "x", Role = UserRole.Admin }));
        Assert.Empty(await PagesAsync(new UserQuery { NamePrefix = "bea", Role = UserRole.User }));
        Assert.Empty(await PagesAsync(new UserQuery { ChangedSince = DateTimeOffset.MaxValue, Role = UserRole.Admin }));
    }

    private static string[] Expected(IEnumerable<UserRow> users, UserQuery query)
    {
        var found = users.Where(user =>
            (query.NamePrefix is null || user.Name?.StartsWith(query.NamePrefix, StringComparison.OrdinalIgnoreCase) == true)
            && (query.NamePart is null || user.Name?.Contains(query.NamePart, StringComparison.OrdinalIgnoreCase) == true)
            && (query.Role is null || user.Role == NexusUsers.RoleName(query.Role.Value))
            && (query.Group is null || HasGroup(user, query.Group))
            && (query.Ends is not { } ends || (user.Role == "user" && user.ExpiresAt >= ends.From && user.ExpiresAt < ends.Before)));
        var ordered = query.Order switch
        {
            UserOrder.Name => found.OrderBy(user => user.Name!.ToLowerInvariant(), StringComparer.Ordinal),
            UserOrder.End => found.OrderBy(user => user.ExpiresAt),
            _ => found.OrderBy(user => user.ChatId, StringComparer.Ordinal),
        };
        return [.. ordered.ThenBy(user => user.ChatId, StringComparer.Ordinal).Select(user => user.ChatId)];
    }

    private static bool HasGroup(UserRow user, string group)
    {
        using var groups = System.Text.Json.JsonDocument.Parse(Encoding.UTF8.GetString(user.Groups.Span));
        return groups.RootElement.TryGetProperty(group, out var value) && value.ValueKind == System.Text.Json.JsonValueKind.True;
    }

    private async Task<string[]> PagesAsync(UserQuery query)
    {
        List<string> chats = [];
        for (var after = query.After; ;)
        {
            var page = await ToListAsync(Store.ListUsersAsync(query with { After = after, Limit = 20 }, Token));
            chats.AddRange(page.Select(user => user.ChatId));
            if (page.Count < 20) return [.. chats];
            after = UserPlace.Of(page[^1]);
        }
    }
}
