using CsCheck;
using Nexus.Engine;
using Nexus.StoreContract;
using Nexus.Trades;

namespace Nexus.Postgres.Tests.Store;

/// <summary>Figures from stored sums of days against those of the trades themselves, whatever happened to the trades.</summary>
public sealed class TradeSumsTests : IAsyncLifetime
{
    private const string Chat = "1";

    private static readonly string?[] Strategies = ["grid", "Ñ", null];

    private StoreFixture _fixture = null!;

    private static CancellationToken Token => StoreFixture.Token;

    private PostgresStore Store => _fixture.Store;

    public async ValueTask InitializeAsync() => _fixture = await StoreFixture.CreateAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task The_figures_follow_every_change_of_the_trades()
    {
        var rounds = 0;
        var step = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 5], Gen.Int[0, 50_000], Gen.Int[-900, 1000]);
        await step.List[4, 14].SampleAsync(
            async steps =>
            {
                await _fixture.Database.ExecuteAsync("DELETE FROM trades");
                foreach (var (what, count, minute, cents) in steps)
                {
                    await ChangeAsync(what, count, Make.Noon.AddMinutes(minute), cents / 100m);
                    rounds += 1;
                }
                await AssertExactAsync(Chat);
            },
            iter: 30,
            threads: 1);
        Assert.True(rounds >= 120);
        // Not from the trades alone.
        await Store.Summaries.SumAsync(Chat, Token);
        await AppendAsync(Chat, 3, Make.Noon, 1m);
        await Store.Summaries.SumAsync(Chat, Token);
        await _fixture.Database.ExecuteAsync("UPDATE nexus_trade_sums SET profit = profit + 1000 WHERE kind = 'chat' AND wins > 0");
        Assert.True((await Store.GetPerformanceAsync(Chat, null, Token)).TotalPnl > (await OracleAsync(Chat)).TotalPnl);
    }

    [Fact]
    public async Task Writers_and_sums_at_the_same_time_lose_nothing()
    {
        await AppendAsync(Chat, 200, Make.Noon, 1m);
        using var written = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(
            async () =>
            {
                for (var n = 0; n < 40; n++)
                {
                    var trade = Make.Trade(Chat, Make.Noon.AddMinutes(writer * 37 + n));
                    await _fixture.ApplyAsync(new OpenTrade(trade));
                    await _fixture.ApplyAsync(Make.Close(trade.Id, 100m + writer, Chat, Make.Noon.AddMinutes((n * 400) % 20_000)));
                }
            },
            Token)).ToArray();
        var sums = Task.Run(
            async () =>
            {
                var made = 0;
                while (!written.IsCancellationRequested) made += await Store.Summaries.SumAsync(Chat, Token) ? 1 : 0;
                return made;
            },
            Token);

        await Task.WhenAll(writers);
        await written.CancelAsync();

        Assert.True(await sums > 1);
        Assert.Equal(360, (await Store.GetPerformanceAsync(Chat, null, Token)).Trades);
        await AssertExactAsync(Chat);
        Assert.True(await Store.Summaries.SumAsync(Chat, Token));
        Assert.Equal(0L, await _fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_trade_marks"));
        await AssertExactAsync(Chat);
    }

    [Fact]
    public async Task A_transaction_that_wrote_before_the_chat_was_entered_is_waited_for()
    {
        await AppendAsync(Chat, 50, Make.Noon, 1m);
        await using var connection = await _fixture.Database.DataSource.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using (var delete = new Npgsql.NpgsqlCommand("DELETE FROM trades WHERE pnl = 3", connection)) await delete.ExecuteNonQueryAsync(Token);

        var sum = Store.Summaries.SumAsync(Chat, Token);
        await TestKit.Eventually.TrueAsync(
            async () => await _fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_summed_chats") == 1);
        Assert.False(sum.IsCompleted);
        await transaction.CommitAsync(Token);

        Assert.True(await sum);
        await AssertExactAsync(Chat);
    }

    [Fact]
    public async Task Changes_around_the_rows_make_the_sums_void()
    {
        await AppendAsync(Chat, 20, Make.Noon, 1m);
        await AppendAsync(Chat, 20, Make.Noon.AddDays(40), -1m);
        foreach (var change in new[]
        {
            "ALTER TABLE trades DETACH PARTITION trades_2026_03", "ALTER TABLE trades DISABLE TRIGGER USER; UPDATE trades SET pnl = 7; "
                + "ALTER TABLE trades ENABLE TRIGGER USER",
            "ALTER TABLE trades ATTACH PARTITION trades_2026_03 FOR VALUES FROM ('2026-03-01+00') TO ('2026-04-01+00')",
            "TRUNCATE trades_2026_01", "TRUNCATE trades",
        })
        {
            Assert.True(await Store.Summaries.SumAsync(Chat, Token));
            await AssertExactAsync(Chat);
            await _fixture.Database.ExecuteAsync(change);
            await AssertExactAsync(Chat);
        }
    }

    [Fact]
    public async Task Of_an_erased_chat_no_sum_stays()
    {
        var trades = await AppendAsync(Chat, 5, Make.Noon, 1m);
        await Store.Summaries.SumAsync(Chat, Token);

        foreach (var trade in trades) await _fixture.ApplyAsync(new DisownTrade(trade.Id, Chat, trade.EntryTimestamp, "erased-1"));

        Assert.Equal(0L, await _fixture.Database.ScalarAsync<long>(
            "SELECT (SELECT count(*) FROM nexus_trade_sums) + (SELECT count(*) FROM nexus_summed_chats) + (SELECT count(*) FROM nexus_trade_marks)"));
        await AssertExactAsync(Chat);
        await AssertExactAsync("erased-1");
    }

    [Fact]
    public async Task A_chat_with_many_trades_is_summed_by_itself_and_a_small_one_is_not()
    {
        await AppendAsync(Chat, 120, Make.Noon, 1m);
        Store.Summaries.Consider(Chat, TradeSummaries.FewestTrades - 1, isSummed: false);
        await Store.Summaries.RunAsync(Token);
        Assert.Equal(0L, await _fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_summed_chats"));

        Store.Summaries.Consider(Chat, TradeSummaries.FewestTrades, isSummed: false);
        await Store.Summaries.RunAsync(Token);

        Assert.Equal(120m, await _fixture.Database.ScalarAsync<decimal>("SELECT sum(trades) FROM nexus_trade_sums WHERE kind = 'chat'"));
        // As a bulk load comes, by COPY.
        await AppendAsync(Chat, 150, Make.Noon.AddDays(-3), 2m);
        await AssertExactAsync(Chat);
    }

    private async Task ChangeAsync(int what, int count, DateTimeOffset at, decimal pnl)
    {
        switch (what)
        {
            case 0 or 1 or 2:
                await AppendAsync(Chat, count * 25, at, pnl);
                break;
            case 3:
                var trade = Make.Trade(Chat, at.AddHours(-count * 50)) with { Strategy = Strategies[count % 3] };
                await _fixture.ApplyAsync(new OpenTrade(trade));
                await _fixture.ApplyAsync(new CloseTrade(trade.Id, Chat, 100m + pnl, at, null, null, null, null, null, TradeStatus.Closed));
                break;
            case 4:
                var filled = Make.Trade(Chat, at);
                await _fixture.ApplyAsync(new OpenTrade(filled));
                foreach (var n in Enumerable.Range(0, count))
                {
                    await _fixture.ApplyAsync(new AddFills(filled.Id, Chat, [new TradeFill
                    {
                        OrderId = $"{n}", Side = FillSide.Exit, Price = 100m + pnl + n, Quantity = 0.5m, Timestamp = at.AddHours(n),
                    }]));
                }
                break;
            case 5:
                var row = (await _fixture.Database.QueryRowsAsync("SELECT id, entry_timestamp FROM trades WHERE chat_id = '1' ORDER BY id LIMIT 1"))
                    .SingleOrDefault();
                if (row is not null)
                    await _fixture.ApplyAsync(new DisownTrade((Guid)row[0]!, Chat, new DateTimeOffset((DateTime)row[1]!), "erased-1"));
                break;
            case 6:
                await _fixture.Database.ExecuteAsync($"UPDATE trades SET pnl = pnl + 0.000000000000000001, fees = {count} WHERE pnl > 3");
                break;
            case 7:
                await _fixture.Database.ExecuteAsync($"DELETE FROM trades WHERE extract(minute FROM exit_timestamp)::int % 5 = {count % 5}");
                break;
            case 8:
                await _fixture.Database.ExecuteAsync(
                    $"UPDATE trades SET exit_timestamp = CASE {count % 4} WHEN 0 THEN NULL WHEN 1 THEN 'infinity' WHEN 2 THEN '-infinity' "
                    + "ELSE exit_timestamp + interval '3 days' END WHERE id IN (SELECT id FROM trades ORDER BY id DESC LIMIT 3)");
                break;
            case 9:
                await _fixture.Database.ExecuteAsync($$"""UPDATE trades SET metadata = '{"mae":-{{count}}.5,"mfe":2}' WHERE side = 'SHORT'""");
                break;
            default:
                Assert.True(await Store.Summaries.SumAsync(Chat, Token));
                break;
        }
    }

    private async Task<TradeRow[]> AppendAsync(string chat, int count, DateTimeOffset at, decimal pnl)
    {
        var trades = Enumerable.Range(0, count).Select(n => Make.Closed(chat, pnl - (n % 7) + 3, at.AddMinutes(n * 17 % 3000), fees: n % 3) with
        {
            Strategy = Strategies[n % 3],
            Symbol = n % 5 == 0 ? "ETHUSDT" : "BTCUSDT",
            Exchange = n % 4 == 0 ? "BYBIT" : null,
            Side = n % 2 == 0 ? TradeSide.Short : TradeSide.Long,
            Metadata = Make.Utf8(n % 6 == 0 ? """{"mae":-1.25}""" : "{}"),
        }).ToArray();
        var outcomes = count == 0 ? [] : await _fixture.ApplyAllAsync([.. trades.Select(trade => new OpenTrade(trade))]);
        Assert.All(outcomes, outcome => Assert.True(outcome.IsApplied));
        return trades;
    }

    private async Task<List<TradeRow>> TradesAsync(string chat) =>
        await StoreContract.StoreContract.ToListAsync(Store.ListTradesAsync(new TradeQuery(chat), Token));

    private async Task<TradePerformance> OracleAsync(string chat) => PerformanceOracle.Of(await TradesAsync(chat));

    private async Task AssertExactAsync(string chat)
    {
        var trades = await TradesAsync(chat);
        // The oracle knows no instants beyond the calendar: they are compared by the statement without sums.
        var isInCalendar = !trades.Exists(trade => trade.ExitTimestamp is { Year: 1 or 9999 });
        foreach (var query in Queries(chat))
        {
            var naive = new PerformanceFold(limit: 1000);
            foreach (var segment in await NaiveAsync(query)) naive.Add(segment);
            var groups = await Store.GetPerformanceGroupsAsync(query, 1000, Token);
            Assert.Equal(naive.ToGroups().Groups, groups.Groups);
            if (!isInCalendar || query.GroupBy is not null) continue;
            var meant = trades.Where(trade => IsMeant(query, trade)).ToList();
            Assert.Equal(PerformanceOracle.Of(meant, query.WithExcursions), await Store.GetPerformanceAsync(query, Token));
            foreach (var hours in new[] { 1, 24, 7 * 24 })
            {
                var bucketed = query with { Bucket = TimeSpan.FromHours(hours) };
                Assert.Equal(
                    PerformanceOracle.Curve(meant, bucketed.Bucket),
                    PerformanceFigures.Curve(await Store.GetTradeSegmentsAsync(bucketed, 10_000, Token)));
            }
        }
    }

    private async Task<List<TradeSegment>> NaiveAsync(PerformanceQuery query)
    {
        var source = new PostgresReads(Store.Pool, SchemaNames.Of("public"), TimeProvider.System);
        return await source.ListAsync(PostgresPerformance.Get(query, limit: null), Token);
    }

    private static IEnumerable<PerformanceQuery> Queries(string chat)
    {
        var within = (From: Make.Noon.AddHours(5), To: Make.Noon.AddDays(12).AddMinutes(7));
        foreach (var grouping in new PerformanceGrouping?[]
        {
            null, PerformanceGrouping.Strategy, PerformanceGrouping.Symbol, PerformanceGrouping.Exchange, PerformanceGrouping.Side,
            PerformanceGrouping.Chat, PerformanceGrouping.Month, PerformanceGrouping.Day,
        })
        {
            yield return new PerformanceQuery(chat, WithExcursions: true, GroupBy: grouping);
            yield return new PerformanceQuery(chat, From: within.From, To: within.To, GroupBy: grouping);
        }
        yield return new PerformanceQuery(chat, From: new DateTimeOffset(Make.Noon.UtcDateTime.Date, TimeSpan.Zero));
        yield return new PerformanceQuery(chat, To: Make.Noon.AddDays(2));
        yield return new PerformanceQuery(chat, Strategy: "Ñ");
        yield return new PerformanceQuery(chat, Symbol: "ETHUSDT", From: within.From);
        yield return new PerformanceQuery(chat, Exchange: "BYBIT", GroupBy: PerformanceGrouping.Exchange);
        yield return new PerformanceQuery(chat, Strategy: "grid", GroupBy: PerformanceGrouping.Month);
        yield return new PerformanceQuery(chat, Strategy: "grid", Symbol: "ETHUSDT");
        yield return new PerformanceQuery(chat, Strategy: "grid", Symbol: "ETHUSDT", Exchange: "BYBIT", From: within.From, To: within.To);
        yield return new PerformanceQuery(chat, Symbol: "ETHUSDT", To: within.To, GroupBy: PerformanceGrouping.Strategy, WithExcursions: true);
    }

    private static bool IsMeant(PerformanceQuery query, TradeRow trade) =>
        (query.From is not { } from || trade.ExitTimestamp >= from) && (query.To is not { } to || trade.ExitTimestamp < to)
        && (query.Strategy is null || query.Strategy == trade.Strategy) && (query.Symbol is null || query.Symbol == trade.Symbol)
        && (query.Exchange is null || query.Exchange == trade.Exchange);
}
