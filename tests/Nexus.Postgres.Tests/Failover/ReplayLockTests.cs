using Nexus.StoreContract;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>Seed 846 of the simulation: a replay and a batch of another instance waited for each other.</summary>
public sealed class ReplayLockTests
{
    [Fact]
    public async Task A_replay_that_waits_for_a_record_holds_none_that_comes_after_it()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.Session("1"));
        await fallback.ApplyAsync(Make.User("2", "Ana"));
        await fallback.GoAwayAsync();
        // A patch needs no look at its record; a whole user does.
        await fallback.SpoolAsync(Make.Patch("1", """{"n":1}"""));
        await fallback.SpoolAsync(Make.User("2", "Eva"));

        await using var other = await fallback.Home.Database.DataSource.OpenConnectionAsync(FallbackFixture.Token);
        await RunAsync(other, "BEGIN; SELECT 1 FROM sessions WHERE chat_id = '1' FOR UPDATE");
        fallback.Home.ComeBack();
        await Eventually.TrueAsync(async () => await fallback.Home.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 1);
        await RunAsync(other, "SELECT 1 FROM users WHERE chat_id = '2' FOR UPDATE NOWAIT; COMMIT");

        await fallback.WhenServedAsync();
        Make.AssertJson("""{"n":1}""", (await fallback.StoredSessionAsync("1"))!.Config);
        Assert.Equal("Eva", Assert.Single(await fallback.Other.GetUsersAsync(["2"], FallbackFixture.Token)).Name);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(FallbackFixture.Token);
    }
}
