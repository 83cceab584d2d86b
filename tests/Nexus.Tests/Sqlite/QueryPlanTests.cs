using Microsoft.Data.Sqlite;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.Trades;
using SQLitePCL;

namespace Nexus.Tests.Sqlite;

public sealed class QueryPlanTests
{
    private static readonly DateTimeOffset Entry = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task No_list_sorts_what_it_reads()
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(atomic: false, [.. Enumerable.Range(1, 300).Select(i => TestStore.Session($"{i}",
            """{"mode":"PILOT","strategies":{"A":true}}"""))]);
        await test.ApplyAsync(atomic: false, [.. Enumerable.Range(1, 300)
            .Select(i => new OpenTrade(TestStore.Trade($"{i % 3}", Entry.AddMinutes(i))))]);
        using var connection = SqliteSession.OpenReader(test.File);
        var last = TestStore.Trade("1", Entry.AddMinutes(200));
        bool[] either = [false, true];
        var sessions =
            from mode in either
            from strategy in either
            select new SessionQuery(mode ? "PILOT" : null, strategy ? "A" : null);
        var trades =
            from chat in either
            from status in new TradeStatus?[] { null, TradeStatus.Open, TradeStatus.Closed }
            from symbol in either
            from range in either
            from behind in either
            select (new TradeQuery(chat ? "1" : null, status, symbol ? "BTCUSDT" : null, range ? Entry : null, range ? Entry.AddHours(4) : null),
                behind ? last : null);

        Assert.All(sessions, query => AssertUnsorted(SqliteSessions.List(connection, query, "")));
        Assert.All(trades, list => AssertUnsorted(SqliteTradeReads.List(connection, list.Item1, list.Item2)));

        static void AssertUnsorted(SqliteDataReader reader)
        {
            using (reader)
            {
                while (reader.Read()) continue;
                Assert.Equal(0, raw.sqlite3_stmt_status(reader.Handle, raw.SQLITE_STMTSTATUS_SORT, 0));
            }
        }
    }

    [Fact]
    public async Task Figures_read_an_index_and_no_documents()
    {
        await using var test = await TestStore.OpenAsync();
        var plan = test.Query("EXPLAIN QUERY PLAN SELECT pnl, fees, exit_at, id FROM trades WHERE status = 'CLOSED' AND pnl IS NOT NULL AND chat_id "
            + "= '1' AND exit_at >= 5");
        Assert.Contains("COVERING INDEX trades_exits (chat_id=? AND exit_at>?)", plan.Single()[3].ToString(), StringComparison.Ordinal);
    }
}
