using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Users;

namespace Nexus.Postgres.Tests.Store;

/// <summary>What decision 0004 promises of the default indexes, shown by the server's own counters under the engine's own statements.</summary>
public class PlanTests
{
    private const int Sessions = 5000;

    /// <summary>More than the five executions after which a prepared statement may get a plan for any value.</summary>
    private const int Runs = 12;

    [Fact]
    public async Task Batches_of_saves_and_patches_stay_HOT()
    {
        // Room in a page comes from versions that no snapshot sees any more. On a server of its own nobody else holds one: not the other tests, nor
        // an autovacuum.
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Settings = new Dictionary<string, string> { ["autovacuum"] = "off" } });
        await using var fixture = await StoreFixture.CreateAsync(cluster);
        await FillAsync(fixture);
        for (var run = 0; run < 20; run++)
        {
            // Neighbours in the table, as a batch of many has them: the hard case, since a page's rows all want room in it at once.
            var first = run * 100;
            await fixture.ApplyAllAsync([.. Enumerable.Range(first, 100).Select(n => Make.Session(Id(n), Config(n, leverage: run)))]);
            await fixture.ApplyAllAsync([.. Enumerable.Range(first, 100).Select(n => Make.Patch(Id(n), $$"""{"leverage":{{run + 100}}}"""))]);
        }

        var (updated, hot) = (0L, 0L);
        await Eventually.TrueAsync(async () =>
        {
            var row = (await fixture.Database.QueryRowsAsync("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'sessions'"))
                .Single();
            (updated, hot) = ((long)row[0]!, (long)row[1]!);
            return updated >= 4000;
        });
        Assert.True(hot >= updated * 0.98, $"{hot} of {updated} updates were HOT");
    }

    /// <summary>A plan for any limit would join a tenth of what is due with the whole table.</summary>
    [Fact]
    public async Task A_claim_reads_the_tasks_that_it_takes_and_not_the_table()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync("""
            INSERT INTO tasks (id, chat_id, action, schedule_type, schedule_value, next_run)
            SELECT gen_random_uuid(), '1', 'report', 'interval', '316224000', now() - interval '1 hour' FROM generate_series(1, 20000);
            ANALYZE tasks
            """);
        await Eventually.TrueAsync(async () => await ReadAsync("seq_tup_read + n_tup_ins") >= 20_000);
        var before = await ReadAsync("seq_tup_read");

        for (var run = 0; run < Runs; run++)
            Assert.Equal(10, (await fixture.Store.ClaimTasksAsync(10, TimeSpan.FromMinutes(1), "here", StoreFixture.Token)).Count);

        await Eventually.TrueAsync(async () => await ReadAsync("n_tup_upd") >= 10 * Runs);
        Assert.InRange(await ReadAsync("seq_tup_read") - before, 0, 20_000);

        Task<long> ReadAsync(string counters) =>
            fixture.Database.ScalarAsync<long>($"SELECT {counters} FROM pg_stat_user_tables WHERE relname = 'tasks'");
    }

    [Fact]
    public async Task A_mode_or_a_rare_strategy_is_found_by_its_index()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await FillAsync(fixture);
        await fixture.Database.ExecuteAsync("VACUUM ANALYZE sessions");
        const int Rare = Sessions / 500;
        foreach (var (index, query) in new[]
        {
            ("sessions_mode_idx", new SessionQuery(Mode: "RARE")),
            ("sessions_mode_idx", new SessionQuery(Mode: "RARE", Limit: Rare)),
            ("sessions_mode_idx", new SessionQuery(Mode: "PILOT", After: Id(4000), Limit: Rare)),
            ("sessions_strategies_idx", new SessionQuery(Strategy: "RARE")),
            ("sessions_strategies_idx", new SessionQuery(Strategy: "RARE", Limit: Rare)),
            ("sessions_pkey", new SessionQuery(Strategy: "TREND", Limit: Rare)),
        })
        {
            var before = await ScansAsync(index);
            for (var run = 0; run < Runs; run++)
            {
                var found = 0;
                await foreach (var row in fixture.Store.ListSessionsAsync(query, StoreFixture.Token)) found++;
                Assert.Equal(Rare, found);
            }
            await Eventually.TrueAsync(async () => await ScansAsync(index) >= before + Runs);
        }

        Task<long> ScansAsync(string index) =>
            fixture.Database.ScalarAsync<long>("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = $1", index);
    }

    [Fact]
    public async Task Users_of_a_rare_group_are_found_by_its_index()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync("""
            INSERT INTO users (chat_id, name, enabled_groups)
            SELECT n::text, 'Ada',
                jsonb_build_object('CRYPTO', true, 'STOCKS', n % 2 = 0) || CASE WHEN n % 2000 = 0 THEN '{"RARE": true}' ELSE '{}' END::jsonb
            FROM generate_series(1, 20000) AS n
            """);
        await fixture.Database.ExecuteAsync("VACUUM ANALYZE users");
        foreach (var (index, query, expected) in new[]
        {
            ("users_group_idx", new UserQuery { Group = "RARE" }, 10),
            ("users_group_idx", new UserQuery { Group = "RARE", Limit = 5 }, 5),
            ("users_group_idx", new UserQuery { Group = "NOBODY" }, 0),
            ("users_pkey", new UserQuery { Group = "CRYPTO", Limit = 5 }, 5),
        })
        {
            var before = await ScansAsync(index);
            for (var run = 0; run < Runs; run++)
                Assert.Equal(expected, await fixture.Store.ListUsersAsync(query, StoreFixture.Token).CountAsync(StoreFixture.Token));
            await Eventually.TrueAsync(async () => await ScansAsync(index) >= before + Runs);
        }

        Task<long> ScansAsync(string index) =>
            fixture.Database.ScalarAsync<long>("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = $1", index);
    }

    private static async Task FillAsync(StoreFixture fixture)
    {
        foreach (var chunk in Enumerable.Range(0, Sessions).Chunk(1000))
        {
            await fixture.ApplyAtomicAsync([.. chunk.Select(n => Make.Session(Id(n), Config(n, leverage: 1)))]);
        }
    }

    private static string Id(int n) => $"{100_000_000 + n}";

    private static string Config(int n, int leverage) =>
        $$"""{"mode":"{{(n % 500 == 0 ? "RARE" : Modes[n % 3])}}","leverage":{{leverage}},"""
        + $$"""
            "strategies":{"TREND":true,"RARE":{{(n % 500 == 0 ? "true" : "false")}}},"note":"{{new string('n', 600)}}"}
            """;

    private static readonly string[] Modes = ["WATCHER", "COPILOT", "PILOT"];
}
