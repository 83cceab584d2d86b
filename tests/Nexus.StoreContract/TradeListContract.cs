using System.Text;
using Nexus.Chats;
using Nexus.Trades;

namespace Nexus.StoreContract;

/// <summary>Streaming trades: order, pages and conditions, over many months.</summary>
public abstract class TradeListContract : StoreContract
{
    private static readonly DateTimeOffset First = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Last = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMicroseconds(-1);

    [Fact]
    public async Task Trades_come_newest_entry_first_then_by_id_and_chat()
    {
        var month = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);
        var twice = Make.Trade("2", month);
        TradeRow[] trades =
        [
            Make.Trade("1", First),
            Make.Trade("1", month.AddMicroseconds(-1)),
            twice,
            Make.Trade("1", month, Guid.Parse("ffffffff-0000-7000-8000-000000000000")),
            Make.Trade("1", month, Guid.Parse("7fffffff-0000-7000-8000-000000000000")),
            Make.Trade("1", month, Guid.Parse("00000001-0000-7000-8000-000000000000")),
            Make.Trade("3", month.AddMicroseconds(1)),
            Make.Trade("1", Last),
        ];
        await ApplyAllAsync([.. trades.Select(trade => new OpenTrade(trade))]);
        await ApplyAsync(new OpenTrade(twice with { ChatId = "1" }));
        var expected = InOrder([.. trades, twice with { ChatId = "1" }]);

        Assert.Equal(expected, await KeysAsync(new TradeQuery()));
        Assert.Equal(expected[..2], await KeysAsync(new TradeQuery(Limit: 2)));
    }

    [Fact]
    public async Task A_page_follows_the_last_trade_of_the_one_before()
    {
        var trades = Enumerable.Range(0, 25).Select(i => Make.Trade($"{i % 3}", Make.Noon.AddDays(i / 4 * 20))).ToArray();
        await ApplyAllAsync([.. trades.Select(trade => new OpenTrade(trade))]);
        var expected = InOrder(trades);

        var seen = new List<(string, DateTimeOffset, Guid)>();
        TradeCursor? after = null;
        while (await KeysAsync(new TradeQuery(After: after, Limit: 4)) is { Count: > 0 } page)
        {
            seen.AddRange(page);
            after = new TradeCursor(page[^1].Entry, page[^1].Id, page[^1].Chat);
        }

        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task Pages_of_any_size_show_each_trade_once_although_chats_share_ids_and_times()
    {
        Guid[] ids = [.. Enumerable.Range(1, 3).Select(n => Guid.Parse($"{n}fffffff-0000-7000-8000-00000000000{n}"))];
        var trades =
            from id in ids
            from chat in Enumerable.Range(1, 7)
            from day in new[] { 0, 0.5, 40 }
            select Make.Trade($"{(chat % 2 == 0 ? "-" : "")}{chat}", Make.Noon.AddDays(day), id);
        foreach (var trade in trades) await ApplyAsync(new OpenTrade(trade));

        foreach (var query in new[] { new TradeQuery(), new TradeQuery(ChatId: "3"), new TradeQuery(Status: TradeStatus.Open),
            new TradeQuery(From: Make.Noon, To: Make.Noon.AddDays(1)) })
        {
            var expected = await KeysAsync(query);
            Assert.Equal(query switch { { ChatId: not null } => 9, { From: not null } => 42, _ => 63 }, expected.Distinct().Count());
            foreach (var size in new[] { 1, 2, 3, 5, 7, 20, 62, 63, 64 })
            {
                var seen = new List<(string, DateTimeOffset, Guid)>();
                TradeCursor? after = null;
                while (await KeysAsync(query with { After = after, Limit = size }) is { Count: > 0 } page)
                {
                    seen.AddRange(page);
                    after = new TradeCursor(page[^1].Entry, page[^1].Id, page[^1].Chat);
                }
                Assert.Equal(expected, seen);
            }
        }
    }

    [Fact]
    public async Task Conditions_hold_together()
    {
        var open = Make.Trade("1", Make.Noon);
        var closed = Make.Trade("1", Make.Noon.AddDays(1)) with { Status = TradeStatus.Closed, ExitPrice = 1m };
        var cancelled = Make.Trade("1", Make.Noon.AddDays(2)) with { Status = TradeStatus.Cancelled };
        var other = Make.Trade("2", Make.Noon.AddDays(40)) with { Symbol = "ETHUSDT" };
        await ApplyAllAsync(new OpenTrade(open), new OpenTrade(closed), new OpenTrade(cancelled), new OpenTrade(other));

        Assert.Equal(InOrder(open, closed, cancelled), await KeysAsync(new TradeQuery(ChatId: "1")));
        Assert.Equal(InOrder(open, other), await KeysAsync(new TradeQuery(Status: TradeStatus.Open)));
        Assert.Equal(InOrder(closed), await KeysAsync(new TradeQuery(Status: TradeStatus.Closed)));
        Assert.Equal(InOrder(cancelled), await KeysAsync(new TradeQuery(Status: TradeStatus.Cancelled)));
        Assert.Equal(InOrder(other), await KeysAsync(new TradeQuery(Symbol: "ETHUSDT")));
        Assert.Empty(await KeysAsync(new TradeQuery(Symbol: "ethusdt")));
        Assert.Equal(InOrder(open), await KeysAsync(new TradeQuery(ChatId: "1", Status: TradeStatus.Open, Symbol: "BTCUSDT",
            To: Make.Noon.AddDays(50))));
        Assert.Empty(await KeysAsync(new TradeQuery(ChatId: "3")));
    }

    [Fact]
    public async Task From_is_inclusive_and_to_exclusive_to_the_microsecond()
    {
        var trade = Make.Trade("1", Make.Noon.AddMicroseconds(5));
        await ApplyAsync(new OpenTrade(trade));
        var at = trade.EntryTimestamp;

        Assert.Single(await KeysAsync(new TradeQuery(From: at)));
        Assert.Empty(await KeysAsync(new TradeQuery(From: at.AddMicroseconds(1))));
        Assert.Empty(await KeysAsync(new TradeQuery(To: at)));
        Assert.Single(await KeysAsync(new TradeQuery(To: at.AddMicroseconds(1))));
        Assert.Single(await KeysAsync(new TradeQuery(From: at, To: at.AddMicroseconds(1))));
    }

    private static List<(string Chat, DateTimeOffset Entry, Guid Id)> InOrder(params IEnumerable<TradeRow> trades) =>
        [.. trades.Select(trade => (trade.ChatId, trade.EntryTimestamp, trade.Id))
            .OrderByDescending(key => key.EntryTimestamp)
            .ThenByDescending(key => key.Id.ToString("n"), StringComparer.Ordinal)
            .ThenBy(key => key.ChatId, StringComparer.Ordinal)];

    private async Task<List<(string Chat, DateTimeOffset Entry, Guid Id)>> KeysAsync(TradeQuery query) =>
        [.. (await ListAsync(query)).Select(trade => (trade.ChatId, trade.EntryTimestamp, trade.Id))];

    /// <summary>Each list is also counted.</summary>
    private async Task<List<TradeRow>> ListAsync(TradeQuery query)
    {
        var all = query with { After = null, Limit = null };
        Assert.Equal((await ToListAsync(Store.ListTradesAsync(all, Token))).Count, await Store.CountTradesAsync(query, Token));
        return await ToListAsync(Store.ListTradesAsync(query, Token));
    }

    [Fact]
    public async Task Strategy_exchange_and_time_of_exit_narrow_the_list()
    {
        var trades = new[]
        {
            Make.Closed("1", 1m, Make.Noon) with { Strategy = "GRID", Exchange = "BYBIT" },
            Make.Closed("1", 1m, Make.Noon.AddHours(1)) with { Strategy = "GRID" },
            Make.Closed("1", 1m, Make.Noon.AddHours(2)) with { Exchange = "BYBIT" },
            Make.Trade("1", Make.Noon.AddHours(3)) with { Strategy = "GRID" },
        };
        foreach (var trade in trades) AssertApplied(1, await ApplyAsync(new OpenTrade(trade)));

        Assert.Equal([trades[3].Id, trades[1].Id, trades[0].Id], await IdsAsync(new TradeQuery("1") { Strategy = "GRID" }));
        Assert.Equal([trades[0].Id], await IdsAsync(new TradeQuery { Strategy = "GRID", Exchange = "BYBIT" }));
        Assert.Equal([trades[1].Id], await IdsAsync(new TradeQuery { ExitFrom = Make.Noon.AddTicks(1), ExitTo = Make.Noon.AddHours(2) }));
        Assert.Empty(await IdsAsync(new TradeQuery("1") { Strategy = "grid" }));

        async Task<List<Guid>> IdsAsync(TradeQuery query) => [.. (await ListAsync(query)).Select(row => row.Id)];
    }

    [Fact]
    public async Task Trades_with_metadata_are_listed_alone()
    {
        var trades = Enumerable.Range(0, 6).Select(n => Make.Trade($"{n % 2}", Make.Noon.AddDays(20 * n)) with
        {
            Metadata = Encoding.UTF8.GetBytes(n % 3 == 0 ? "{}" : $$"""{"m":{{n}}}"""),
        }).ToArray();
        await ApplyAllAsync([.. trades.Select(trade => new OpenTrade(trade))]);

        Assert.Equal([trades[5].Id, trades[4].Id, trades[2].Id, trades[1].Id], await IdsAsync(new TradeQuery { WithMetadata = true }));
        Assert.Equal([trades[5].Id, trades[1].Id], await IdsAsync(new TradeQuery("1", Symbol: "BTCUSDT") { WithMetadata = true }));
        var after = new TradeCursor(trades[4].EntryTimestamp, trades[4].Id, trades[4].ChatId);
        Assert.Equal([trades[2].Id], await IdsAsync(new TradeQuery(After: after, Limit: 1) { WithMetadata = true }));

        async Task<List<Guid>> IdsAsync(TradeQuery query) => [.. (await ListAsync(query)).Select(row => row.Id)];
    }
}
