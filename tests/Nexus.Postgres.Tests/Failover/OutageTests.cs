using System.Text.Json;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>What callers see during an outage of PostgreSQL, and what is stored after it.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Writes_go_to_the_outbox_and_then_to_PostgreSQL_in_order()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.Session("1", """{"n":0}"""));
        await fallback.GoAwayAsync();

        for (var n = 1; n <= 20; n++) Assert.Equal(n + 1, (await fallback.SpoolAsync(Make.Patch("1", $$"""{"n":{{n}},"p{{n}}":true}"""))).Version);
        Assert.True(fallback.Store.Status is { Pending: 20, IsLocal: true, Staleness: not null });
        Assert.Equal(20, N(await fallback.SessionAsync("1")));

        await fallback.ComeBackAsync();
        var stored = (await fallback.StoredSessionAsync("1"))!;
        // The writes may be composed, but no version is lower than the one that was reported to a caller.
        Assert.Equal((21, 20), (stored.Version, N(stored)));
        Assert.Contains("\"p1\"", Make.Text(stored.Config), StringComparison.Ordinal);
        Assert.Equal(21, (await fallback.SessionAsync("1"))!.Version);
    }

    [Fact]
    public async Task Whoever_wrote_just_before_the_outage_finds_it_in_the_copy()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        await fallback.ApplyAsync(Make.Session("1", """{"n":1}"""));
        await fallback.ApplyAsync(Make.Patch("1", """{"n":2}"""));
        await fallback.ApplyAsync(Make.Session("2"));
        await fallback.ApplyAsync(Make.Session("1", """{"n":3}"""));
        var trade = Make.Trade("1");
        await fallback.ApplyAsync(new OpenTrade(trade));
        await fallback.ApplyAsync(Make.Close(trade.Id, exitPrice: 101m));
        fallback.Home.GoAway();

        var session = (await fallback.SessionAsync("1"))!;
        Assert.Equal((3, 3), (session.Version, N(session)));
        Assert.Equal(1, (await fallback.SessionAsync("2"))!.Version);
        var stored = (await fallback.Other.GetTradeAsync(trade.Id, null, FallbackFixture.Token))!;
        TradeContract.AssertSame(stored, await fallback.Store.GetTradeAsync(trade.Id, null, FallbackFixture.Token));
    }

    [Fact]
    public async Task Changes_of_other_instances_reach_the_copy()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ByOtherAsync(Make.Session("1", """{"n":0}"""));
        await fallback.ByOtherAsync(Make.Session("2"));
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        await fallback.ByOtherAsync(Make.Session("1", """{"n":7}"""));
        await fallback.ByOtherAsync(new Nexus.Sessions.DeleteSession("2", null));
        await fallback.ByOtherAsync(Make.User("3", "Ada"));

        await Eventually.TrueAsync(async () =>
        {
            await fallback.Store.FollowAsync(FallbackFixture.Token);
            await using var copy = await CopyAsync(fallback);
            return (await copy.GetSessionsAsync(["1"], FallbackFixture.Token)).SingleOrDefault() is { } first && N(first) == 7
                && (await copy.GetSessionsAsync(["2"], FallbackFixture.Token)).Count == 0
                && (await copy.GetUsersAsync(["3"], FallbackFixture.Token)).Count == 1;
        });
    }

    [Fact]
    public async Task An_outage_outlives_the_process()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.GoAwayAsync();
        await fallback.SpoolAsync(Make.Session("1", """{"n":1}"""));
        var trade = Make.Trade("1");
        await fallback.SpoolAsync(new OpenTrade(trade));

        await fallback.ReopenAsync();
        Assert.True(fallback.Store.Status is { Pending: 2, IsLocal: true });
        Assert.Equal(1, N(await fallback.SessionAsync("1")));
        await fallback.SpoolAsync(Make.Session("1", """{"n":2}"""));

        await fallback.ComeBackAsync();
        Assert.Equal(2, N(await fallback.StoredSessionAsync("1")));
        Assert.Single(await PostgresTradesAsync(fallback));
    }

    [Fact]
    public async Task What_is_left_in_the_outbox_is_replayed_before_a_start_serves_from_PostgreSQL()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.GoAwayAsync();
        await fallback.SpoolAsync(Make.Session("1", """{"n":1}"""));
        await fallback.Store.DisposeAsync();
        fallback.Home.ComeBack();

        await fallback.ReopenAsync();
        Assert.Equal(1, N(await fallback.SessionAsync("1")));
        await fallback.WhenServedAsync();
        Assert.Equal(1, N(await fallback.StoredSessionAsync("1")));
    }

    [Fact]
    public async Task Read_only_serves_reads_and_takes_no_writes()
    {
        await using var fallback = await FallbackFixture.CreateAsync(options => options.Fallback = FallbackMode.ReadOnly);
        await fallback.ApplyAsync(Make.Session("1"));
        await fallback.GoAwayAsync();

        Assert.NotNull(await fallback.SessionAsync("1"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => fallback.ApplyAsync(Make.Session("1")));
        Assert.Equal(0, fallback.Store.Status.Pending);
        await fallback.ComeBackAsync();
        Assert.Equal(2, (await fallback.ApplyAsync(Make.Session("1"))).Version);
    }

    [Fact]
    public async Task A_copy_that_was_never_complete_does_not_say_that_something_is_not_there()
    {
        await using var home = await FallbackHome.CreateAsync();
        home.GoAway();
        // A wrong address would look the same.
        await Assert.ThrowsAsync<StoreUnavailableException>(() => home.OpenAsync());
        await using var store = await home.OpenAsync(options => options.FallbackWithoutCopy = true);

        Assert.True((await store.ApplyAsync([Make.Session("1")], false, FallbackFixture.Token))[0].IsSpooled);
        Assert.Single(await store.GetSessionsAsync(["1"], FallbackFixture.Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetSessionsAsync(["2"], FallbackFixture.Token));
        Assert.IsType<StoreUnavailableException>((await store.ApplyAsync([Make.Patch("2", "{}")], false, FallbackFixture.Token))[0].Error);
        Assert.Null(store.Status.Staleness);
    }

    [Fact]
    public async Task A_server_that_stops_answering_is_given_up_in_time()
    {
        await using var fallback = await FallbackFixture.CreateAsync(options => options.FallbackAfter = TimeSpan.FromMilliseconds(500));
        await fallback.ApplyAsync(Make.Session("1", """{"n":1}"""));
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        fallback.Home.Network.Hold();

        await fallback.SpoolAsync(Make.Patch("1", """{"n":2}"""));
        await fallback.SpoolAsync(Make.Patch("1", """{"n":3}"""));
        Assert.Equal(3, N(await fallback.SessionAsync("1")));

        // What was held arrives after all: the first patch must not be applied over the second one.
        fallback.Home.Network.Release();
        await fallback.WhenServedAsync();
        Assert.Equal(3, N(await fallback.StoredSessionAsync("1")));
    }

    [Fact]
    public async Task A_write_that_may_be_committed_is_never_reported_as_not_written()
    {
        await using var fallback = await FallbackFixture.CreateAsync(options =>
            (options.Fallback, options.FallbackAfter) = (FallbackMode.ReadOnly, TimeSpan.FromMilliseconds(500)));
        await fallback.ApplyAsync(Make.Session("1", """{"n":1}"""));
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        fallback.Home.Network.Hold();

        await Assert.ThrowsAsync<UnknownOutcomeException>(() => fallback.ApplyAsync(Make.Patch("1", """{"n":2}""")));
        // Nothing was sent for this one.
        await Assert.ThrowsAsync<StoreUnavailableException>(() => fallback.ApplyAsync(Make.Patch("1", """{"n":3}""")));

        fallback.Home.Network.Release();
        await fallback.WhenServedAsync();
        Assert.InRange(N(await fallback.StoredSessionAsync("1")), 1, 2);
    }

    [Fact]
    public async Task While_PostgreSQL_is_unavailable_only_the_prober_connects_to_it()
    {
        const int Rounds = 200;
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.Session("1"));
        await fallback.GoAwayAsync();
        await fallback.SpoolAsync(Make.Session("1"));
        var (store, token, before) = (fallback.Store, FallbackFixture.Token, fallback.Home.Network.Connections);

        for (var n = 0; n < Rounds; n++)
        {
            await fallback.SpoolAsync(Make.Session("1"));
            await store.GetSessionsAsync(["1"], token);
            await store.ListSessionsAsync(new Nexus.Sessions.SessionQuery(), token).CountAsync(token);
            await store.GetStatusAsync(token);
            await store.GetMetaAsync("canary", token);
            await store.GetOrAddMetaAsync("one", "two", token);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.SetMetaAsync("one", "three", token));
            Assert.False(await store.FollowAsync(token));
        }

        // At most some attempts a second, whatever callers do.
        Assert.InRange(fallback.Home.Network.Connections - before, 0, Rounds);
        await fallback.ComeBackAsync();
    }

    [Fact]
    public async Task A_read_says_which_store_answered_it()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.Session("1"));
        var fresh = AnswerSource.Begin();
        await fallback.SessionAsync("1");
        await fallback.GoAwayAsync();
        Assert.Null(fresh.Replica);

        var stale = AnswerSource.Begin();
        Assert.NotNull(ReplicaRows.SourceOf(await fallback.Store.GetSessionsAsync(["1"], FallbackFixture.Token)));
        await fallback.ComeBackAsync();
        Assert.True(stale.Replica?.Age >= TimeSpan.Zero);
        Assert.Null(ReplicaRows.SourceOf(await fallback.Store.GetSessionsAsync(["1"], FallbackFixture.Token)));
    }

    [Fact]
    public async Task A_slow_query_is_no_outage()
    {
        await using var fallback = await FallbackFixture.CreateAsync(options => options.FallbackAfter = TimeSpan.FromMilliseconds(300));
        await fallback.ApplyAsync(Make.Session("1"));
        await using var blocker = await fallback.Home.Database.DataSource.OpenConnectionAsync(FallbackFixture.Token);
        await using var transaction = await blocker.BeginTransactionAsync(FallbackFixture.Token);
        await using (var command = new Npgsql.NpgsqlCommand("LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE",
            blocker)) await command.ExecuteNonQueryAsync(FallbackFixture.Token);

        var reading = fallback.SessionAsync("1");
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1), FallbackFixture.Token));
        Assert.False(reading.IsCompleted);
        await transaction.CommitAsync(FallbackFixture.Token);
        Assert.NotNull(await reading);
        Assert.False(fallback.Store.Status.IsLocal);
    }

    [Fact]
    public async Task A_bot_sees_what_is_spooled()
    {
        await using var home = await FallbackHome.CreateAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: FallbackFixture.Token);
        Assert.False((await db.Sessions.SaveAsync(new Nexus.Sessions.Session(1, "key", "secret", StateJson.EmptyObject),
            cancellationToken: FallbackFixture.Token)).IsSpooled);
        home.GoAway();

        Assert.True((await db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"n":1}"""), cancellationToken: FallbackFixture.Token)).IsSpooled);
        Assert.True(db.Outbox!.Status is { IsLocal: true, Pending: 1, Mode: FallbackMode.ReadWrite });
        Assert.Equal("secret", (await db.Sessions.GetAsync(1, FallbackFixture.Token))!.ApiSecret!.Reveal());
        Assert.True((await db.SystemConfig.SaveAsync("risk", StateJson.EmptyObject, cancellationToken: FallbackFixture.Token)).IsSpooled);
        Assert.True(await db.SystemConfig.DeleteAsync("risk", cancellationToken: FallbackFixture.Token) is { Existed: true, IsSpooled: true });
        home.ComeBack();
        await Eventually.TrueAsync(() => db.Outbox.Status is { IsLocal: false, Pending: 0, Replayed: > 0 });
        Assert.Null(await db.SystemConfig.GetAsync("risk", FallbackFixture.Token));
        Assert.False((await db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"n":2}"""), cancellationToken: FallbackFixture.Token)).IsSpooled);
    }

    [Fact]
    public async Task A_second_process_on_the_folder_is_refused()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await Assert.ThrowsAsync<DataFolderInUseException>(() => fallback.Home.OpenAsync());
    }

    internal static int N(Nexus.Sessions.SessionRow? row)
    {
        using var config = JsonDocument.Parse(row!.Config);
        return config.RootElement.GetProperty("n").GetInt32();
    }

    internal static async Task<List<TradeRow>> PostgresTradesAsync(FallbackFixture fallback)
    {
        List<TradeRow> rows = [];
        await foreach (var row in fallback.Other.ListTradesAsync(new TradeQuery(), FallbackFixture.Token)) rows.Add(row);
        return rows;
    }

    private static async Task<IStore> CopyAsync(FallbackFixture fallback)
    {
        var copy = new Nexus.Sqlite.SqliteStore(
            fallback.Home.Folder, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, readOnly: true,
            FailoverStore.FileName);
        await copy.OpenAsync(FallbackFixture.Token);
        return copy;
    }
}
