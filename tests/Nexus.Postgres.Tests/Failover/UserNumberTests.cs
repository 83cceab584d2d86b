using Nexus.StoreContract;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>The replay of the outbox takes a number for a new user only.</summary>
public sealed class UserNumberTests
{
    [Fact]
    public async Task Users_who_are_there_take_no_number_and_are_replayed_also_at_the_end_of_the_sequence()
    {
        await using var fixture = await FallbackFixture.CreateAsync();
        await fixture.ApplyAsync(Make.User("1", name: "first"));
        await fixture.ApplyAsync(Make.User("2", name: "first"));
        await fixture.Home.Database.ExecuteAsync("SELECT setval('users_id_seq', 2147483647)");
        await fixture.GoAwayAsync();
        for (var n = 0; n < 30; n++)
        {
            await fixture.SpoolAsync(Make.User("1", name: $"{n}"));
            await fixture.SpoolAsync(Make.Session("1", $$"""{"n":{{n}}}"""));
            await fixture.SpoolAsync(Make.User("2", role: n % 2 == 0 ? "admin" : "user"));
        }
        await fixture.SpoolAsync(Make.User("new"));

        await fixture.ComeBackAsync();

        Assert.Equal(1, fixture.Store.Status.Quarantined);
        Assert.Equal(["1 29 user", "2 first user"], await fixture.Home.Database.QueryAsync<string>(
            "SELECT concat_ws(' ', chat_id, name, role) FROM users ORDER BY 1"));
        Assert.Equal(2147483647, await fixture.Home.Database.ScalarAsync<long>("SELECT last_value FROM users_id_seq"));
    }
}
