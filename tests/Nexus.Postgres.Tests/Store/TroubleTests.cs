using Nexus.Errors;
using Nexus.StoreContract;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Postgres.Tests.Store;

/// <summary>A server or a pool that cannot serve says so by name, and nothing is written.</summary>
public class TroubleTests
{
    [Fact]
    public async Task A_pool_whose_connections_are_all_in_use_names_the_setting()
    {
        await using var fixture = await StoreFixture.CreateAsync((options, _) =>
        {
            options.MaxPoolSize = 1;
            options.MinPoolSize = 0;
            options.ConnectTimeout = TimeSpan.FromSeconds(1);
        });
        await fixture.ApplyAllAsync([.. Enumerable.Range(0, 3000).Select(n => Make.Session($"{n}"))]);

        // A stream that is not read further holds the only connection.
        await using var stream = fixture.Store.ListSessionsAsync(new Nexus.Sessions.SessionQuery(), StoreFixture.Token)
            .GetAsyncEnumerator(StoreFixture.Token);
        Assert.True(await stream.MoveNextAsync());

        var writing = await Assert.ThrowsAsync<StoreUnavailableException>(() => fixture.ApplyAsync(Make.Session("1")));
        var reading = await Assert.ThrowsAsync<StoreUnavailableException>(() => fixture.Store.GetUsersAsync(["1"], StoreFixture.Token));

        Assert.All([writing, reading], error =>
        {
            Assert.Equal(StoreUnavailableReason.PoolExhausted, error.Reason);
            Assert.Contains("all 1 that NexusOptions.MaxPoolSize", error.Message, StringComparison.Ordinal);
            Assert.Contains("MaxPoolSize", error.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_server_in_read_only_mode_serves_reads_and_refuses_writes()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAsync(Make.Session("1"));
        await fixture.Database.ExecuteAsync($"ALTER DATABASE {fixture.Database.Name} SET default_transaction_read_only = on");
        var store = await fixture.OpenAnotherAsync();

        var single = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            store.ApplyAsync([Make.Session("1")], atomic: false, StoreFixture.Token));
        var atomic = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            store.ApplyAsync([Make.Session("1"), Make.User("1")], atomic: true, StoreFixture.Token));

        Assert.All([single, atomic], error => Assert.Equal(StoreUnavailableReason.ReadOnly, error.Reason));
        Assert.Equal(1, Assert.Single(await store.GetSessionsAsync(["1"], StoreFixture.Token)).Version);
    }

    [Fact]
    public async Task A_statement_that_waits_too_long_was_certainly_not_applied()
    {
        await using var fixture = await StoreFixture.CreateAsync((options, _) => options.CommandTimeout = TimeSpan.FromSeconds(1));
        await fixture.ApplyAsync(Make.Session("1"));
        await using var blocker = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token);
        await using (var transaction = await blocker.BeginTransactionAsync(StoreFixture.Token))
        {
            await using var command = new NpgsqlCommand("SELECT FROM sessions FOR UPDATE", blocker);
            await command.ExecuteNonQueryAsync(StoreFixture.Token);

            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => fixture.ApplyAsync(Make.Session("1")));

            Assert.Equal(StoreUnavailableReason.TimedOut, error.Reason);
            Assert.Contains("CommandTimeout", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(2, (await fixture.ApplyAsync(Make.Session("1"))).Version);
    }

    [Fact]
    public async Task A_server_that_restarts_is_found_again()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await using var store = new Nexus.Postgres.PostgresStore(
            new NexusOptions { Database = database.Url, MinPoolSize = 3 }.ForPostgres(),
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System);
        await store.OpenAsync(StoreFixture.Token);
        await store.ApplyAsync([Make.Session("1")], atomic: false, StoreFixture.Token);

        await cluster.StopAsync();
        Assert.Equal(
            StoreUnavailableReason.Unreachable,
            (await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetSessionsAsync(["1"], StoreFixture.Token))).Reason);
        await cluster.RestartAsync();

        Assert.Equal(2, Assert.Single(await store.ApplyAsync([Make.Session("1")], atomic: false, StoreFixture.Token)).Version);
        await Eventually.TrueAsync(() => store.Changes.IsLive);
    }
}
