using Nexus.Chats;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.Trades;

namespace Nexus.Tests.Sqlite;

public sealed class StreamTests
{
    private static readonly DateTimeOffset Entry = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_stream_of_many_pages_gives_each_row_once_in_key_order()
    {
        await using var test = await TestStore.OpenAsync();
        var keys = Enumerable.Range(1, 1700).Select(i => $"{i}").ToArray();
        await test.ApplyAsync(atomic: false, [.. keys.Select(key => TestStore.Session(key))]);
        // So large that a few of them fill a page.
        await test.ApplyAsync(atomic: false, [.. keys.Take(12)
            .Select(key => TestStore.Session(key, $$"""{"text":"{{new string('x', 250_000)}}"}"""))]);

        Assert.Equal(keys.Order(StringComparer.Ordinal), await KeysAsync(test.Store, new SessionQuery()));
        Assert.Equal(keys.Order(StringComparer.Ordinal).Where(key => string.CompareOrdinal(key, "15") > 0).Take(600),
            await KeysAsync(test.Store, new SessionQuery(After: "15", Limit: 600)));
        Assert.Empty(await KeysAsync(test.Store, new SessionQuery(Limit: 0)));
    }

    [Fact]
    public async Task While_the_consumer_thinks_no_transaction_is_open()
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(atomic: false, [.. Enumerable.Range(1, 1200).Select(i => TestStore.Session($"{i}"))]);
        var rows = 0;
        await foreach (var _ in test.Store.ListSessionsAsync(new SessionQuery(), TestStore.Token))
        {
            if (rows++ % 300 != 0) continue;
            await test.ApplyAsync(TestStore.Session("1"));
            // The log can only be reset while no reader uses an older state: busy, log, checkpointed.
            Assert.Equal([0L, 0L, 0L], test.Query("PRAGMA wal_checkpoint(TRUNCATE)").Single());
        }
        Assert.Equal(1200, rows);
    }

    [Fact]
    public async Task A_cancelled_stream_ends()
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(atomic: false, [.. Enumerable.Range(1, 1200).Select(i => TestStore.Session($"{i}"))]);
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in test.Store.ListSessionsAsync(new SessionQuery(), cancellation.Token)) await cancellation.CancelAsync();
        });
        Assert.NotNull(await test.SessionAsync("1"));
    }

    [Fact]
    public async Task A_long_query_ends_when_its_caller_gives_up()
    {
        await using var test = await TestStore.OpenAsync();
        await using var readers = new SqliteReaders(test.File);
        using var cancellation = new CancellationTokenSource();
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var query = readers.RunAsync(
            connection =>
            {
                running.SetResult();
                return connection.ReadNumber("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
            },
            cancellation.Token);
        await running.Task;

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
    }

    [Fact]
    public async Task Trades_come_newest_first_with_ties_broken_by_id_and_chat()
    {
        await using var test = await TestStore.OpenAsync();
        var shared = Guid.CreateVersion7(Entry);
        TradeRow[] trades =
        [
            .. Enumerable.Range(0, 700).Select(i => TestStore.Trade($"{i % 3}", Entry.AddMinutes(i / 10))),
            .. Enumerable.Range(0, 600).Select(i => TestStore.Trade($"{i}", Entry.AddDays(1)) with { Id = shared }),
        ];
        await Task.WhenAll(trades.Select(trade => test.ApplyAsync(new OpenTrade(trade))));
        var expected = trades.OrderByDescending(trade => trade.EntryTimestamp).ThenByDescending(trade => trade.Id)
            .ThenBy(trade => trade.ChatId, StringComparer.Ordinal).ToArray();

        Assert.Equal(expected.Select(Key), (await TradesAsync(test.Store, new TradeQuery())).Select(Key));
        Assert.Equal(expected.Where(trade => trade.ChatId == "1").Select(Key), (await TradesAsync(test.Store, new TradeQuery(ChatId: "1")))
            .Select(Key));
        var place = expected[850];
        Assert.Equal(
            expected.Skip(851).Take(100).Select(Key),
            (await TradesAsync(test.Store, new TradeQuery(After: new TradeCursor(place.EntryTimestamp, place.Id, place.ChatId), Limit: 100)))
                .Select(Key));

        static (DateTimeOffset, Guid, string) Key(TradeRow trade) => (trade.EntryTimestamp, trade.Id, trade.ChatId);
    }

    private static async Task<List<string>> KeysAsync(SqliteStore store, SessionQuery query)
    {
        List<string> keys = [];
        await foreach (var row in store.ListSessionsAsync(query, TestStore.Token)) keys.Add(row.ChatId);
        return keys;
    }

    private static async Task<List<TradeRow>> TradesAsync(SqliteStore store, TradeQuery query)
    {
        List<TradeRow> trades = [];
        await foreach (var row in store.ListTradesAsync(query, TestStore.Token)) trades.Add(row);
        return trades;
    }
}
