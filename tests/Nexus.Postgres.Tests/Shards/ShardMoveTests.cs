using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Sharding;
using Nexus.StoreContract;
using Nexus.Trades;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>Moves of buckets while the database is in use.</summary>
public sealed class ShardMoveTests : IAsyncLifetime
{
    private const int Chats = 60;
    private const string Everything = "0-4095";

    private ShardedHome _home = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _home = await ShardedHome.CreateAsync();

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>Fails for a new table until it says where its rows are.</summary>
    [Fact]
    public async Task Every_table_of_the_schema_moves_or_has_a_reason_not_to()
    {
        var moved = MovedTable.All.Select(table => table.Name).ToHashSet();
        var atHome = PostgresTables.All.Where(table => table.Placement.Bucket is null).Select(table => table.Table.Name).ToHashSet();
        var tables = await _home.Database.QueryAsync<string>("""
            SELECT relname::text FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT c.relispartition
            """);
        Assert.All(tables, table => Assert.Single(new[] { moved.Contains(table), atHome.Contains(table), MovedTable.OfTheShard.Contains(table) },
            isThere => isThere));

        // The engine places the writes of a table in buckets exactly if its rows move.
        foreach (var table in SampleWrites.All.Select(sample => sample.Write).GroupBy(write => write.Table))
            Assert.Equal(moved.Contains(table.Key.Name), table.Any(write => write.Place != RecordPlace.Home));
        Assert.All(PostgresTables.All.Where(table => table.Table.KeepsHistory && table.Placement.Bucket is not null), table => Assert.Contains(
            $"record_table = '{table.Table.Name}'", MovedTable.All.Single(moved => moved.Name == "nexus_history").Placement.Bucket,
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_row_of_a_chat_moves_and_none_changes()
    {
        await FillAsync();
        var before = await ReadAllAsync();
        await using var stale = Assert.IsType<ShardedStore>(await _home.OpenStoreAsync());
        Assert.Equal(Chats, (await StoreContract.StoreContract.ToListAsync(stale.ListSessionsAsync(new(), Token))).Count);

        var planned = await ShardedDatabase.MoveAsync(
            _home.CreateOptions(), Everything, 2, isDryRun: true, NullLoggerFactory.Instance, TimeProvider.System, null, Token);
        Assert.Equal([0, 1], planned.Select(move => move.Source));
        Assert.Equal(before, await ReadAllAsync());
        var moved = await MoveAsync(Everything, 2);

        Assert.True(moved.Sum(move => move.Rows) > Chats);
        Assert.Equal(before, await ReadAllAsync());
        Assert.Equal(before.Values.Sum(all => all.Count), await CountAsync("nexus_s02", before.Keys));
        await ExpectCleanAsync();
        // What was open before finds everything by the new map.
        Assert.Equal(Chats, (await StoreContract.StoreContract.ToListAsync(stale.ListSessionsAsync(new(), Token))).Count);
        Assert.All(await stale.ApplyAsync([Make.Session("1"), Make.Session("2")], atomic: true, Token), outcome => Assert.True(outcome.IsApplied));

        // And back, to where they were, and evenly.
        await ShardedDatabase.RebalanceAsync(
            _home.CreateOptions(), [], isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System, null, Token);
        await ShardedDatabase.DrainAsync(_home.CreateOptions(), 0, isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System, null, Token);
        Assert.Equal(Chats, (await StoreContract.StoreContract.ToListAsync(stale.ListUsersAsync(null, limit: null, Token))).Count);
        Assert.Equal(0, await _home.Database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
        await ExpectCleanAsync();
    }

    /// <summary>Two instances write all the time while buckets are moved back and forth. Nothing that was acknowledged is lost or doubled.</summary>
    [Fact]
    public async Task Under_load_each_acknowledged_write_is_there_once_and_no_caller_sees_an_error()
    {
        await FillAsync();
        await using var one = await NexusDb.OpenAsync(_home.CreateOptions(), cancellationToken: Token);
        await using var two = await NexusDb.OpenAsync(_home.CreateOptions(), cancellationToken: Token);
        var (saves, trades, errors) = (new ConcurrentDictionary<int, int>(), new ConcurrentBag<(Guid, string)>(), new ConcurrentBag<Exception>());
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            var db = writer % 2 == 0 ? one : two;
            // Each chat has one writer, so that its versions count its writes.
            var mine = Enumerable.Range(1, Chats).Where(chat => chat % 6 == writer).ToArray();
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                var chat = mine[n % mine.Length];
                try
                {
                    var count = saves.GetValueOrDefault(chat);
                    var patch = StateJson.Parse($$"""{"count":{{count + 1}} }""");
                    await db.Sessions.PatchConfigAsync(chat, patch, cancellationToken: CancellationToken.None);
                    saves[chat] = count + 1;
                    var trade = new Trade
                    {
                        ChatId = chat,
                        Symbol = "BTCUSDT",
                        Side = TradeSide.Long,
                        EntryPrice = 1m,
                        Quantity = 1m,
                        EntryTimestamp = Make.Noon.AddMinutes(n),
                    };
                    trades.Add(((await db.Trades.OpenAsync(trade, CancellationToken.None)).Trade.Id, $"{chat}"));
                    var read = (await db.Sessions.GetAsync(chat, CancellationToken.None))!.Config;
                    Assert.Equal(count + 1, read.Root.GetProperty("count").GetInt32());
                }
                catch (Exception error)
                {
                    errors.Add(error);
                    return;
                }
            }
        })).ToArray();

        List<ShardMoveStep> moves = [];
        for (var round = 0; round < 4; round++) moves.AddRange(await MoveAsync(round % 2 == 0 ? "0-1500" : "0-4095", round % 2 + 1));
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.Empty(errors);
        Assert.Equal(Chats, saves.Count);
        await one.DisposeAsync();
        foreach (var (chat, count) in saves)
        {
            var stored = await _home.Database.QueryRowsAsync($"""
                SELECT (config ->> 'count')::int, version FROM sessions WHERE chat_id = '{chat}' UNION ALL
                SELECT (config ->> 'count')::int, version FROM nexus_s01.sessions WHERE chat_id = '{chat}' UNION ALL
                SELECT (config ->> 'count')::int, version FROM nexus_s02.sessions WHERE chat_id = '{chat}'
                """);
            // The first version is that of the filling.
            Assert.Equal([count, 1L + count], Assert.Single(stored));
        }
        var found = await _home.Database.QueryAsync<Guid>("""
            SELECT id FROM trades UNION ALL SELECT id FROM nexus_s01.trades UNION ALL SELECT id FROM nexus_s02.trades
            """);
        Assert.Equal(found.Count, found.Distinct().Count());
        Assert.All(trades, trade => Assert.Contains(trade.Item1, found));
        Assert.All(moves, move => Assert.True(move.HeldMilliseconds < 5000, $"writes waited for {move.HeldMilliseconds} ms"));
        await ExpectCleanAsync();
    }

    [Theory]
    [InlineData(ShardMovePhase.Preparing)]
    [InlineData(ShardMovePhase.Copying)]
    [InlineData(ShardMovePhase.Comparing)]
    public async Task A_cancelled_move_leaves_nothing_behind(ShardMovePhase phase)
    {
        await FillAsync();
        var before = await ReadAllAsync();
        using var cancelled = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ShardedDatabase.MoveAsync(
            _home.CreateOptions(), Everything, 1, isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System,
            new AtPhase(phase, cancelled.Cancel), cancelled.Token));

        Assert.Equal(before, await ReadAllAsync());
        await ExpectCleanAsync();
        await using var store = await _home.OpenStoreAsync();
        Assert.Equal(Chats, (await StoreContract.StoreContract.ToListAsync(store.ListSessionsAsync(new(), Token))).Count);
    }

    [Fact]
    public async Task Rows_that_differ_stop_the_move()
    {
        await FillAsync();
        var before = await ReadAllAsync();
        // A trigger of somebody else that changes what is copied.
        await _home.Database.ExecuteAsync("""
            CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.config = '{"meddled":true}'; RETURN NEW; END $$;
            CREATE TRIGGER meddle BEFORE INSERT ON nexus_s01.sessions FOR EACH ROW EXECUTE FUNCTION meddle()
            """);

        var error = await Assert.ThrowsAsync<StoreRejectedException>(() => MoveAsync(Everything, 1));

        Assert.Contains("sessions", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await ReadAllAsync());
        await ExpectCleanAsync();
    }

    /// <summary>In place of Citus, which is not installed: functions with its names note when they are called, and on what.</summary>
    [Fact]
    public async Task Schemas_are_distributed_once_and_when_their_tables_are_made()
    {
        await using var database = await PostgresHome.CreateEmptyAsync();
        await database.Database.ExecuteAsync("""
            SET allow_system_table_mods = on;
            CREATE TABLE pg_catalog.pg_dist_schema (schemaid oid, owned text);
            CREATE FUNCTION pg_catalog.citus_schema_distribute(regnamespace) RETURNS void LANGUAGE sql AS $$
                INSERT INTO pg_catalog.pg_dist_schema SELECT $1, (SELECT count(*) FROM pg_depend d JOIN pg_class c ON c.oid = d.objid
                    WHERE c.relname = 'users_id_seq' AND c.relnamespace = $1 AND d.deptype = 'a' AND d.refobjsubid > 0) $$;
            CREATE TABLE pg_catalog.pg_dist_local_group AS SELECT 2 AS groupid;
            CREATE TABLE pg_catalog.pg_dist_node AS SELECT 2 AS groupid;
            CREATE FUNCTION pg_catalog.run_command_on_workers(command text, OUT nodename text, OUT nodeport integer, OUT success boolean,
                OUT result text) RETURNS SETOF record LANGUAGE plpgsql AS $$
                BEGIN EXECUTE command; RETURN QUERY SELECT 'worker', 5432, true, ''; END $$
            """);

        for (var n = 0; n < 2; n++)
            await ShardedDatabase.InitializeAsync(database.CreateOptions(), 3, NullLoggerFactory.Instance, TimeProvider.System, null, Token);

        Assert.Equal(["nexus_s01 0", "nexus_s02 0"], await database.Database.QueryAsync<string>(
            "SELECT concat(schemaid::regnamespace, ' ', owned) FROM pg_catalog.pg_dist_schema ORDER BY 1"));
        await using (var store = await database.OpenStoreAsync())
            Assert.All(await store.ApplyAsync([Make.User("1"), Make.User("5")], atomic: false, Token), outcome => Assert.True(outcome.IsApplied));
        var error = await Assert.ThrowsAsync<NexusStateException>(() => ShardedDatabase.MoveAsync(
            database.CreateOptions(), Everything, 0, isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System, null, Token));
        Assert.Contains("is placed by Citus", error.Message, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<ShardMoveStep>> MoveAsync(string buckets, int target) => ShardedDatabase.MoveAsync(
        _home.CreateOptions(), buckets, target, isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System, null, Token);

    /// <summary>Rows in every table that moves.</summary>
    private async Task FillAsync()
    {
        await using var store = await _home.OpenStoreAsync();
        List<Write> writes = [];
        for (var n = 1; n <= Chats; n++)
        {
            var chat = $"{n}";
            writes.AddRange(
            [
                Make.Session(chat, $$"""{"n":{{n}}.50,"mode":"LIVE","strategies":{"S":true} }"""), Make.User(chat),
                new OpenTrade(Make.Closed(chat, n, Make.Noon.AddDays(n * 3)) with { Leverage = 2 }),
                new SaveKeyedState($"dialogs/{chat}/step", Make.Utf8("1"), StateExpiry.Never, null),
                new SaveKeyedState($"nexus.requests/{n}.a@{n * 61}", Make.Utf8("1"), StateExpiry.Never, null),
            ]);
        }
        writes.AddRange(SampleWrites.All.Where(sample => sample.Name.StartsWith("save_calibration", StringComparison.Ordinal))
            .Select(sample => sample.Write).DistinctBy(write => write.RecordId));
        writes.Add(Make.Config("k", "1"));
        foreach (var some in writes.Chunk(100))
            Assert.All(await store.ApplyAsync(some, atomic: false, Token), outcome => Assert.True(outcome.IsApplied));
        foreach (var schema in new[] { "public", "nexus_s01", "nexus_s02" })
        {
            await _home.Database.ExecuteAsync($$"""
                INSERT INTO {{schema}}.nexus_history (at, id, record_table, record_key, author_id, author_name, origin, action, version, body)
                SELECT now(), gen_random_uuid(), 'sessions', chat_id, '1', 'Ana', 'api', 'save', 1, '{}' FROM {{schema}}.sessions
                """);
        }
    }

    /// <summary>The rows of every table that moves, from all shards, without what stays at home.</summary>
    private async Task<SortedDictionary<string, List<string>>> ReadAllAsync()
    {
        SortedDictionary<string, List<string>> all = new(StringComparer.Ordinal);
        foreach (var table in MovedTable.All)
        {
            all.Add(table.Name, await _home.Database.QueryAsync<string>(string.Join(" UNION ALL ", new[] { "public", "nexus_s01", "nexus_s02" }
                .Select(schema => $"SELECT to_jsonb(r)::text FROM {schema}.{table.Name} r")) + " ORDER BY 1"));
            Assert.NotEmpty(all[table.Name]);
        }
        return all;
    }

    private async Task<long> CountAsync(string schema, IEnumerable<string> tables)
    {
        var count = 0L;
        foreach (var table in tables) count += await _home.Database.ScalarAsync<long>($"SELECT count(*) FROM {schema}.{table}");
        return count;
    }

    /// <summary>No note, no trigger; each shard says what the map says.</summary>
    private async Task ExpectCleanAsync()
    {
        Assert.Equal(0, await _home.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_moves"));
        Assert.Equal(0, await _home.Database.ScalarAsync<long>("SELECT count(*) FROM pg_trigger WHERE tgname = 'nexus_leaving_row'"));
        Assert.Equal(0, await _home.Database.ScalarAsync<long>("SELECT count(*) FROM pg_proc WHERE proname LIKE 'nexus_leaving_row%'"));
        Assert.Equal(3, await _home.Database.ScalarAsync<long>("""
            SELECT count(*) FROM nexus_shards m JOIN (SELECT number, epoch, owned FROM nexus_shard UNION ALL SELECT number, epoch, owned
                FROM nexus_s01.nexus_shard UNION ALL SELECT number, epoch, owned FROM nexus_s02.nexus_shard) s USING (number, epoch, owned)
            """));
        Assert.Equal(0, await _home.Database.ScalarAsync<long>("""
            SELECT (SELECT count(*) FROM nexus_leaving) + (SELECT count(*) FROM nexus_s01.nexus_leaving)
                + (SELECT count(*) FROM nexus_s02.nexus_leaving_rows)
            """));
    }

    private sealed class AtPhase(ShardMovePhase phase, Action act) : IProgress<ShardMoveProgress>
    {
        public void Report(ShardMoveProgress value)
        {
            if (value.Phase == phase) act();
        }
    }
}
