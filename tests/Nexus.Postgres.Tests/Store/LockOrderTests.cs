using Nexus.Engine;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>Instances that write the same records in whatever order never wait for each other in a circle.</summary>
public class LockOrderTests
{
    private const int Records = 60;
    private const int Rounds = 40;

    private static Task<long> DeadlocksAsync(StoreFixture fixture) =>
        fixture.Database.ScalarAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");

    [Fact]
    public async Task Saves_of_the_same_records_in_opposite_orders_do_not_deadlock()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var other = await fixture.OpenAnotherAsync();

        await HammerAsync(fixture.Store, other, (round, backwards) => Ordered(backwards, n => Make.Session($"{n}", $$"""{"round":{{round}}}""")));

        Assert.Equal(0, await DeadlocksAsync(fixture));
        Assert.Equal(Records, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE version = $1", (long)(2 * Rounds)));
    }

    [Fact]
    public async Task Batches_that_mix_kinds_of_writes_do_not_deadlock()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var other = await fixture.OpenAnotherAsync();
        await fixture.ApplyAllAsync([.. Ordered(false, n => Make.Session($"{n}")), .. Ordered(false, n => Make.User($"{n}")), Make.State(ai: true)]);

        await HammerAsync(fixture.Store, other, (round, backwards) =>
        [
            .. Ordered(backwards, n => ((n + round + (backwards ? 1 : 0)) % 3) switch
            {
                0 => Make.Session($"{n}"),
                1 => Make.Patch($"{n}", $$"""{"round":{{round}}}"""),
                _ => (Write)new Nexus.Sessions.SaveSession($"{n}", SealedField.Keep, SealedField.Keep, Make.Utf8("{}"), null),
            }),
            .. Ordered(!backwards, n => (n + round) % 2 == 0 ? Make.User($"{n}", "Ana") : (Write)new Nexus.Users.ExtendUser($"{n}", 1)),
            Make.State(ai: backwards),
        ]);

        Assert.Equal(0, await DeadlocksAsync(fixture));
        Assert.Equal(Records, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE version = $1", (long)(2 * Rounds) + 1));
        Assert.Equal(Records, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM users WHERE version = $1", (long)(2 * Rounds) + 1));
        Assert.Equal((2 * Rounds) + 1, (await fixture.Store.GetBotStateAsync(StoreFixture.Token)).Version);
    }

    [Fact]
    public async Task A_transaction_that_loses_a_deadlock_is_tried_again()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync($"ALTER DATABASE {fixture.Database.Name} SET deadlock_timeout = '10ms'");
        var store = await fixture.OpenAnotherAsync();
        Write[] writes = [Make.Session("1"), Make.User("0"), Make.User("1", "Ana")];
        await store.ApplyAsync(writes, atomic: false, StoreFixture.Token);
        await using var gate = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token);
        await using var foreign = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token);

        // The batch holds the session and waits at the gate; a stranger who has the user waits for the session; the gate opens, and the batch closes
        // the circle, so that it is the one to notice.
        await RunAsync(gate, "BEGIN; UPDATE users SET name = 'Gate' WHERE chat_id = '0'");
        var writing = store.ApplyAsync([.. writes.Select(write => write with { WriteId = Guid.CreateVersion7() })], atomic: false,
            StoreFixture.Token);
        await WaitersAsync(fixture, 1);
        await RunAsync(foreign, "SET deadlock_timeout = '1min'; BEGIN; UPDATE users SET name = 'Eva' WHERE chat_id = '1'");
        var stranger = RunAsync(foreign, "UPDATE sessions SET config = '{}' WHERE chat_id = '1'; COMMIT");
        await WaitersAsync(fixture, 2);
        await RunAsync(gate, "COMMIT");

        Assert.All(await writing, outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
        await stranger;
        Assert.Equal("Ana", Assert.Single(await store.GetUsersAsync(["1"], StoreFixture.Token)).Name);
        // A server process reports its counters a moment after its statement.
        await Eventually.TrueAsync(async () => await DeadlocksAsync(fixture) == 1);
    }

    private static Task WaitersAsync(StoreFixture fixture, int count) =>
        Eventually.TrueAsync(async () => count == await fixture.Database.ScalarAsync<long>(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"));

    private static async Task RunAsync(Npgsql.NpgsqlConnection connection, string sql)
    {
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(StoreFixture.Token);
    }

    private static Write[] Ordered(bool backwards, Func<int, Write> make)
    {
        var writes = Enumerable.Range(0, Records).Select(make);
        return [.. backwards ? writes.Reverse() : writes];
    }

    private static Task HammerAsync(IStore one, IStore other, Func<int, bool, Write[]> batch) =>
        Task.WhenAll(new[] { (Store: one, Backwards: false), (Store: other, Backwards: true) }.Select(side => Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var outcomes = await side.Store.ApplyAsync(batch(round, side.Backwards), atomic: false, StoreFixture.Token);
                Assert.All(outcomes, outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
            }
        })));
}
