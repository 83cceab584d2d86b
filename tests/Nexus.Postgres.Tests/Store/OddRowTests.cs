using Nexus.Chats;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Postgres.Tests.Store;

/// <summary>One odd row, as a table that was adopted may hold it, never breaks a listing.</summary>
public class OddRowTests
{
    [Theory]
    [InlineData("infinity")]
    [InlineData("-infinity")]
    [InlineData("294276-12-31 23:59:59.999999Z")]
    [InlineData("4713-01-01 00:00:00Z BC")]
    [InlineData("10000-01-01 00:00:00Z")]
    public async Task A_time_outside_of_the_calendar_is_read_as_its_first_or_last_instant(string time)
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAllAsync(Make.Session("1"), Make.Session("2"), Make.User("1"), Make.User("2"), Make.Config("k", "1"),
            Make.State(ai: true));
        await fixture.Database.ExecuteAsync($"""
            UPDATE sessions SET updated_at = '{time}' WHERE chat_id = '1';
            UPDATE users SET expires_at = '{time}', created_at = '{time}' WHERE chat_id = '1';
            UPDATE system_config SET updated_at = '{time}';
            UPDATE bot_state SET last_updated = '{time}';
            """);
        var expected = time.EndsWith("BC", StringComparison.Ordinal) || time.StartsWith('-')
            ? DateTimeOffset.MinValue
            : PostgresTime.Truncate(DateTimeOffset.MaxValue);

        var sessions = await StreamAsync(fixture.Store.ListSessionsAsync(new SessionQuery(), StoreFixture.Token));
        var users = await StreamAsync(fixture.Store.ListUsersAsync(null, limit: null, StoreFixture.Token));

        Assert.Equal(2, sessions.Count);
        Assert.Equal(expected, sessions[0].UpdatedAt);
        Assert.Equal(2, users.Count);
        Assert.Equal((expected, expected), (users[0].ExpiresAt!.Value, users[0].CreatedAt));
        Assert.Equal(expected, Assert.Single(await fixture.Store.GetAccessAsync(["1"], StoreFixture.Token)).ExpiresAt);
        Assert.Equal(expected == DateTimeOffset.MinValue ? AccessRole.Expired : AccessRole.User, await AccessAsync(fixture, "1"));
        Assert.Equal(expected, Assert.Single(await StreamAsync(fixture.Store.ListSystemConfigAsync(StoreFixture.Token))).UpdatedAt);
        Assert.Equal(expected, (await fixture.Store.GetBotStateAsync(StoreFixture.Token)).LastUpdated);
        Assert.Equal(2, (await fixture.ApplyAsync(Make.Session("1"))).Version);
    }

    [Fact]
    public async Task A_role_that_nobody_knows_lets_nobody_in()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(
            "INSERT INTO users (chat_id, role, expires_at) VALUES ('1', 'Admin', NULL), ('2', 'owner', now() + interval '1 day'), ('3', '', now())");

        Assert.Equal((AccessRole.None, AccessRole.None, AccessRole.Expired),
            (await AccessAsync(fixture, "1"), await AccessAsync(fixture, "2"), await AccessAsync(fixture, "3")));
    }

    [Fact]
    public async Task Rows_without_a_write_id_and_with_an_empty_key_are_rows_like_others()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync("INSERT INTO sessions (chat_id, config) VALUES ('', '{}'), ('@channel', '{}'), ('7', '[]')");

        var sessions = await StreamAsync(fixture.Store.ListSessionsAsync(new SessionQuery(), StoreFixture.Token));

        Assert.Equal(["", "7", "@channel"], sessions.Select(session => session.ChatId));
        Assert.Equal(["7", "@channel"], (await StreamAsync(fixture.Store.ListSessionsAsync(new SessionQuery(After: ""), StoreFixture.Token)))
            .Select(session => session.ChatId));
        Assert.Equal(2, (await fixture.ApplyAsync(Make.Patch("7", """{"a":1}""", expected: 1))).Version);
    }

    [Fact]
    public async Task Trades_with_odd_times_of_exit_are_listed_and_counted()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAllAsync([.. Enumerable.Range(1, 3).Select(n => new OpenTrade(Make.Closed("1", n, Make.Noon.AddHours(n))))]);
        await fixture.Database.ExecuteAsync("UPDATE trades SET exit_timestamp = 'infinity', updated_at = '-infinity' WHERE pnl = 1");
        await fixture.Database.ExecuteAsync("UPDATE trades SET exit_timestamp = NULL WHERE pnl = 2");

        Assert.Equal(3, (await StreamAsync(fixture.Store.ListTradesAsync(new TradeQuery("1"), StoreFixture.Token))).Count);
        Assert.Equal(6, (await fixture.Store.GetPerformanceAsync("1", null, StoreFixture.Token)).TotalPnl);
    }

    private static async Task<AccessRole> AccessAsync(StoreFixture fixture, string chatId)
    {
        var cache = new AccessCache(fixture.Store, fixture.Store.Changes, TimeProvider.System, capacity: 1);
        var access = cache.Judge(await cache.GetAsync(chatId, StoreFixture.Token));
        Assert.Equal(access.Role == AccessRole.User, access.Allowed);
        return access.Role;
    }

    private static async Task<List<T>> StreamAsync<T>(IAsyncEnumerable<T> rows)
    {
        var list = new List<T>();
        await foreach (var row in rows) list.Add(row);
        return list;
    }
}
