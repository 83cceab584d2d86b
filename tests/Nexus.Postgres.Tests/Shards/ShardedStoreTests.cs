using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.KeyedState;
using Nexus.Sharding;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>What only a store of several shards does.</summary>
public sealed class ShardedStoreTests : IAsyncLifetime
{
    private ShardedHome _home = null!;
    private ShardedStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _home = await ShardedHome.CreateAsync();
        _store = Assert.IsType<ShardedStore>(await _home.OpenStoreAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task Each_record_is_on_the_shard_of_its_chat_alone()
    {
        var chats = Enumerable.Range(1, 60).Select(n => $"{n}").ToList();
        await ApplyAsync([.. chats.Select(chat => Make.Session(chat))]);
        await ApplyAsync([.. chats.Select(chat => Make.User(chat))]);
        await ApplyAsync([.. chats.Select(chat => new SaveKeyedState($"dialogs/{chat}", Make.Utf8("1"), StateExpiry.Never, null))]);
        await ApplyAsync([Make.Config("k", "1"), Make.State(ai: false)]);

        var counted = 0;
        for (var shard = 0; shard < ShardedHome.Shards; shard++)
        {
            foreach (var table in new[] { "sessions", "users" })
            {
                var found = await _home.Database.QueryAsync<string>($"SELECT chat_id FROM {Schema(shard)}.{table}");
                Assert.All(found, chat => Assert.Equal(shard, Owner(chat)));
                counted += found.Count;
            }
            var keys = await _home.Database.QueryAsync<string>($"SELECT id FROM {Schema(shard)}.keyed_state");
            Assert.All(keys, key => Assert.Equal(shard, Owner(key["dialogs/".Length..])));
            counted += keys.Count;
            Assert.Equal(shard == 0 ? 1 : 0, await _home.Database.ScalarAsync<long>($"SELECT count(*) FROM {Schema(shard)}.system_config"));
        }
        Assert.Equal(3 * chats.Count, counted);
        var status = await _store.GetStatusAsync(Token);
        Assert.Equal((60L, 60L), (status.Sessions, status.Users));
    }

    [Fact]
    public async Task An_atomic_batch_over_several_shards_of_one_database_is_one_transaction()
    {
        var (one, other, third) = (ChatOn(0), ChatOn(1), ChatOn(2));

        Assert.All(
            await _store.ApplyAsync([Make.Session(one), Make.Session(other), new OpenTrade(Make.Trade(third))], atomic: true, Token),
            outcome => Assert.True(outcome.IsApplied));
        var refused = await _store.ApplyAsync(
            [Make.Session(one, """{"a":1}"""), Make.Session(other, """{"a":1}""", expected: 7), Make.User(third)], atomic: true, Token);

        Assert.Equal(
            [WriteStatus.RolledBack, WriteStatus.Conflict, WriteStatus.RolledBack], refused.Select(outcome => outcome.Status));
        Assert.All(await _store.GetSessionsAsync([one, other], Token), session => Assert.Equal(1, session.Version));
        Assert.Empty(await _store.GetUsersAsync([third], Token));
        Assert.True(await _home.Database.ScalarAsync<bool>(
            "SELECT (SELECT max(committed_at) FROM nexus_commits) = (SELECT max(committed_at) FROM nexus_s02.nexus_commits)"));
    }

    [Fact]
    public async Task A_shard_refuses_buckets_that_are_not_its_own_and_writes_nothing()
    {
        var (own, foreign) = (ChatOn(1), ChatOn(2));
        await using var direct = await OpenShardAsync(1);

        foreach (var writes in new Write[][]
        {
            [Make.Session(foreign)], [Make.Session(own), Make.Session(foreign)], [new OpenTrade(Make.Trade(foreign))],
            [.. Enumerable.Range(0, 150).Select(n => new OpenTrade(Make.Trade(foreign, Make.Noon.AddSeconds(n))))],
        })
        {
            foreach (var atomic in new[] { true, false })
                await Assert.ThrowsAsync<StaleShardMapException>(() => direct.ApplyAsync(writes, atomic, Token));
        }

        Assert.Equal(0, await _home.Database.ScalarAsync<long>(
            "SELECT (SELECT count(*) FROM nexus_s01.sessions) + (SELECT count(*) FROM nexus_s01.trades)"));
    }

    [Fact]
    public async Task With_an_old_map_writes_and_reads_are_routed_again()
    {
        var chat = ChatOn(1);
        await ApplyAsync([Make.Session(chat, """{"a":1}""")]);
        await MoveAsync(ChatBucket.Of(chat), from: 1, to: 2);

        Make.AssertJson("""{"a":1}""", Assert.Single(await _store.GetSessionsAsync([chat], Token)).Config);
        await ApplyAsync([Make.Session(chat, """{"a":2}"""), Make.Session(ChatOn(0))]);

        Assert.Equal(0, await _home.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_s01.sessions"));
        Assert.Equal(1, await _home.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_s02.sessions"));
        await MoveAsync(ChatBucket.Of(chat), from: 2, to: 1);
        await ApplyAsync([Make.Session(chat, """{"a":3}""")]);
        Assert.Equal(3, Assert.Single(await _store.GetSessionsAsync([chat], Token)).Version);
    }

    [Fact]
    public async Task With_an_old_map_lists_and_figures_are_made_again()
    {
        string[] chats = [.. Enumerable.Range(1, 30).Select(n => $"{n}")];
        await ApplyAsync([.. chats.Select(chat => Make.Session(chat))]);
        await ApplyAsync([.. chats.Select((chat, n) => new OpenTrade(Make.Closed(chat, n - 10, Make.Noon.AddMinutes(n))))]);
        var before = await _store.GetPerformanceAsync(new PerformanceQuery(), Token);
        await MoveAsync(ChatBucket.Of(chats[0]), from: Owner(chats[0]), to: (Owner(chats[0]) + 1) % ShardedHome.Shards);

        var listed = await StoreContract.StoreContract.ToListAsync(_store.ListSessionsAsync(new(), Token));

        Assert.Equal(chats.Order(StringComparer.Ordinal), listed.Select(row => row.ChatId));
        Assert.Equal(before, await _store.GetPerformanceAsync(new PerformanceQuery(), Token));
    }

    [Fact]
    public async Task The_figures_of_a_chat_come_from_the_sums_of_its_shard_also_after_it_moved()
    {
        Assert.SkipWhen(CitusCluster.IsAsked, "Citus takes no triggers, so its shards have no sums (decision 0038)");
        var chat = ChatOn(1);
        await ApplyAsync([.. Enumerable.Range(0, 120).Select(n => new OpenTrade(Make.Closed(chat, n % 7 - 2, Make.Noon.AddHours(-5 * n))))]);
        var query = new PerformanceQuery(chat);
        var before = await _store.GetPerformanceAsync(query, Token);
        await using (var direct = await OpenShardAsync(1)) Assert.True(await direct.Summaries.SumAsync(chat, Token));

        Assert.Equal(before, await _store.GetPerformanceAsync(query, Token));
        await _home.Database.ExecuteAsync("UPDATE nexus_s01.nexus_trade_sums SET fees = fees + 1 WHERE kind = 'chat'");
        Assert.NotEqual(before, await _store.GetPerformanceAsync(query, Token));
        await MoveAsync(ChatBucket.Of(chat), from: 1, to: 2);
        Assert.Equal(before, await _store.GetPerformanceAsync(query, Token));
        await MoveAsync(ChatBucket.Of(chat), from: 2, to: 1);
        Assert.Equal(before, await _store.GetPerformanceAsync(query, Token));
    }

    [Fact]
    public async Task The_number_of_a_user_is_that_of_no_user_of_another_shard()
    {
        await ApplyAsync([.. Enumerable.Range(1, 30).Select(chat => Make.User($"{chat}"))]);

        var numbers = (await _store.ListUsersAsync(new UserQuery { Limit = 100 }, Token).ToListAsync(Token)).ConvertAll(user => user.Number);

        Assert.Equal(30, numbers.Count);
        Assert.Equal(30, numbers.Distinct().Count());
    }

    [Fact]
    public async Task While_the_map_does_not_say_where_a_chat_is_its_writes_are_refused_for_now()
    {
        var chat = ChatOn(1);
        // The shard has lost the bucket, and the map does not know.
        await _home.Database.ExecuteAsync(
            $"UPDATE nexus_s01.nexus_shard SET owned = set_bit(owned, {ChatBucket.Of(chat)}, 0), epoch = epoch + 1");

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.ApplyAsync([Make.Session(chat)], atomic: false, Token));

        Assert.True(error.IsTransient);
        Assert.Contains("is being moved", error.Message, StringComparison.Ordinal);
        var outcomes = await _store.ApplyAsync([Make.Session(chat), Make.Session(ChatOn(2))], atomic: false, Token);
        Assert.Equal([WriteStatus.Failed, WriteStatus.Applied], outcomes.Select(outcome => outcome.Status));
    }

    [Fact]
    public async Task A_close_without_a_chat_means_the_trades_of_all_shards()
    {
        var trade = Make.Trade(ChatOn(0));
        var copy = Make.Trade(ChatOn(1), id: trade.Id);
        await ApplyAsync([new OpenTrade(trade)]);
        await ApplyAsync([new OpenTrade(copy)]);

        Assert.Equal(WriteStatus.InvalidState, await StatusAsync(Make.Close(trade.Id, 1m)));
        Assert.Equal(2, (await _store.FindTradesAsync(trade.Id, null, null, Token)).Count);
        Assert.Equal(WriteStatus.Applied, await StatusAsync(Make.Close(trade.Id, 1m, chatId: copy.ChatId)));
        var close = Make.Close(trade.Id, 1m);
        Assert.Equal(WriteStatus.Applied, await StatusAsync(close));
        Assert.Equal(WriteStatus.AlreadyApplied, await StatusAsync(close));
        Assert.Equal(WriteStatus.InvalidState, await StatusAsync(Make.Close(trade.Id, 1m)));
        Assert.Equal(WriteStatus.NotFound, await StatusAsync(Make.Close(Guid.NewGuid(), 1m)));
    }

    [Fact]
    public async Task The_history_of_changes_is_that_of_all_shards_and_each_keeps_its_share()
    {
        await _store.DisposeAsync();
        await using (var db = await NexusDb.OpenAsync(_home.CreateOptions(), cancellationToken: Token))
        {
            using var author = new ChangeAuthor("1", "Ana", ChangeOrigin.Dashboard).Begin();
            for (var shard = 0; shard < ShardedHome.Shards; shard++)
            {
                for (var n = 0; n < 4; n++) await db.Users.SaveAsync(ChatId.Parse(ChatOn(shard)), $"name {n}", days: null, cancellationToken: Token);
            }
            var entries = await StoreContract.StoreContract.ToListAsync(db.History.ListAsync(cancellationToken: Token));
            Assert.Equal(12, entries.Count);
            Assert.Equal(entries.OrderByDescending(entry => entry.At).Select(entry => entry.Id), entries.Select(entry => entry.Id));
            Assert.Equal(12 - 6, await db.Store.History.PruneAsync(DateTimeOffset.UnixEpoch, keep: 6, Token));
        }
        _store = Assert.IsType<ShardedStore>(await _home.OpenStoreAsync());
    }

    [Fact]
    public async Task A_program_without_knowledge_of_the_shards_can_no_longer_write()
    {
        var error = await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => _home.Database.ExecuteAsync("INSERT INTO nexus_commits (id) VALUES (gen_random_uuid())"));

        Assert.Equal("nexus_commits_checked", error.ConstraintName);
    }

    [Fact]
    public async Task A_shard_that_is_not_the_home_shard_is_refused_by_name()
    {
        var options = _home.CreateOptions();
        options.Schema = "nexus_s01";
        var alone = await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(options, cancellationToken: Token));
        Assert.Contains("is shard 1 of a sharded database", alone.Message, StringComparison.Ordinal);
    }

    private static string Schema(int shard) => shard == 0 ? "public" : $"nexus_s{shard:00}";

    /// <summary>By the shares that the setup gives.</summary>
    private static int Owner(string chat) => Enumerable.Range(0, ShardedHome.Shards).Single(shard =>
        ShardMap.EvenShare(shard, ShardedHome.Shards)[ChatBucket.Of(chat)] == '1');

    private static string ChatOn(int shard) => Enumerable.Range(1000, 1000).Select(n => $"{n}").First(chat => Owner(chat) == shard);

    private async Task ApplyAsync(Write[] writes) =>
        Assert.All(await _store.ApplyAsync(writes, atomic: false, Token), outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));

    private async Task<WriteStatus> StatusAsync(Write write) => Assert.Single(await _store.ApplyAsync([write], atomic: false, Token)).Status;

    private async Task<PostgresStore> OpenShardAsync(int shard)
    {
        var map = await _home.Database.ScalarAsync<Guid>("SELECT map_id FROM nexus_shards WHERE number = 0");
        var row = new ShardRow(shard, map, Schema(shard), Server: 0, Epoch: 1, Owned: "");
        var options = _home.CreateOptions().ForPostgres() with { Schema = Schema(shard), Shard = new ShardGuard(row) };
        var store = new PostgresStore(options, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System);
        await store.OpenAsync(Token);
        return store;
    }

    /// <summary>Moves a bucket in one transaction, which one database allows.</summary>
    private async Task MoveAsync(int bucket, int from, int to)
    {
        const string Session = "chat_id, api_key, api_secret, config, updated_at, version, write_id";
        await _home.Database.ExecuteAsync($"""
            BEGIN;
            LOCK TABLE {Schema(from)}.nexus_shard, {Schema(to)}.nexus_shard IN ACCESS EXCLUSIVE MODE;
            SELECT {Schema(to)}.nexus_ensure_trade_partition('{Make.Noon:yyyy-MM-dd}');
            INSERT INTO {Schema(to)}.sessions ({Session}) SELECT {Session} FROM {Schema(from)}.sessions WHERE nexus_bucket(chat_id) = {bucket};
            DELETE FROM {Schema(from)}.sessions WHERE nexus_bucket(chat_id) = {bucket};
            INSERT INTO {Schema(to)}.trades SELECT * FROM {Schema(from)}.trades WHERE nexus_bucket(chat_id) = {bucket};
            DELETE FROM {Schema(from)}.trades WHERE nexus_bucket(chat_id) = {bucket};
            UPDATE {Schema(from)}.nexus_shard SET owned = set_bit(owned, {bucket}, 0), epoch = epoch + 1;
            UPDATE {Schema(to)}.nexus_shard SET owned = set_bit(owned, {bucket}, 1), epoch = epoch + 1;
            UPDATE nexus_shards SET owned = set_bit(owned, {bucket}, CASE WHEN number = {to} THEN 1 ELSE 0 END), epoch = epoch + 1
                WHERE number IN ({from}, {to});
            COMMIT
            """);
    }
}
