using Nexus.Dispatch;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>The plans of the dispatch statements, by the server's own counters.</summary>
public sealed class DispatchPlanTests
{
    private const int Chats = 5000;

    private const int Page = 250;

    [Fact]
    public async Task A_page_costs_a_page_and_a_rare_strategy_is_found_by_its_index()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync($$"""
            INSERT INTO sessions (chat_id, config) SELECT n::text, jsonb_build_object('mode', 'PILOT', 'note', repeat('n', 600),
                'strategies', jsonb_build_object('TREND', true, 'RARE', n % 500 = 0)) FROM generate_series(1, {{Chats}}) n
            """);
        await fixture.Database.ExecuteAsync($"INSERT INTO users (chat_id) SELECT n::text FROM generate_series(1, {Chats}) n");
        await fixture.Database.ExecuteAsync("VACUUM ANALYZE sessions");
        await fixture.Database.ExecuteAsync("VACUUM ANALYZE users");
        var before = await ReadAsync("SELECT sum(seq_scan)::bigint FROM pg_stat_user_tables WHERE relname IN ('sessions', 'users')");
        var lookups = await ReadAsync("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'users_pkey'");

        // More than the five executions after which a prepared statement may get a plan for any value.
        string? after = null;
        var (count, pages) = (0, 0);
        for (var read = Page; read == Page; pages++)
        {
            read = 0;
            await foreach (var row in fixture.Store.ListDispatchRowsAsync(new DispatchRange(after, Page), StoreFixture.Token))
                (after, read, count) = (row.ChatId, read + 1, count + 1);
        }
        Assert.Equal((Chats, Chats / Page + 1), (count, pages));

        var query = new DispatchQuery("RARE", null, null, [], new HashSet<string>());
        for (var run = 0; run < 12; run++)
        {
            count = 0;
            await foreach (var recipient in fixture.Store.DispatchAsync(query, StoreFixture.Token)) count++;
            Assert.Equal(Chats / 500, count);
        }
        // Each user of a page by its key. The counters follow a moment later.
        await Eventually.TrueAsync(async () =>
            await ReadAsync("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'users_pkey'") >= lookups + Chats
            && await ReadAsync("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'sessions_strategies_idx'") >= 12);
        Assert.Equal(before, await ReadAsync("SELECT sum(seq_scan)::bigint FROM pg_stat_user_tables WHERE relname IN ('sessions', 'users')"));

        Task<long> ReadAsync(string sql) => fixture.Database.ScalarAsync<long>(sql);
    }
}
