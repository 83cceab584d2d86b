using System.Globalization;
using CsCheck;
using Nexus.StoreContract.Properties;
using Nexus.Trades;

namespace Nexus.StoreContract;

/// <summary>The figures over closed trades, on examples worked out by hand and on random trades against <see cref="PerformanceOracle"/>.</summary>
public abstract class PerformanceContract : StoreContract
{
    [Fact]
    public async Task Without_trades_there_is_nothing_to_divide()
    {
        var none = new TradePerformance(0, 0, 0, 0, 0, 0, null, 0, 0, 0, 0);

        Assert.Equal(none, await Store.GetPerformanceAsync(null, null, Token));
        Assert.Equal(none, await Store.GetPerformanceAsync("1", 30, Token));
    }

    [Fact]
    public async Task The_figures_are_those_worked_out_by_hand()
    {
        await StoreAsync(
            Make.Closed("1", 10m, Make.Noon, fees: 0.1m),
            Make.Closed("1", -4m, Make.Noon.AddHours(1), fees: 0.2m),
            Make.Closed("1", 0m, Make.Noon.AddHours(2)),
            Make.Closed("1", -5m, Make.Noon.AddHours(3)),
            Make.Closed("1", 7m, Make.Noon.AddHours(4), fees: -0.05m));

        // The running total is 10, 6, 6, 1, 8: it fell by 9 from its highest.
        Assert.Equal(
            new TradePerformance(5, 2, 2, 0.4m, 17m, 9m, 1.88888889m, 1.6m, 8m, 0.25m, 9m)
            {
                AverageWin = 8.5m,
                AverageLoss = 4.5m,
                // (0.4 x 8.5 - 0.6 x 4.5) / 4.5
                ExpectancyR = 0.15555556m,
                AverageHoldingTime = TimeSpan.FromHours(1),
            },
            await Store.GetPerformanceAsync("1", null, Token));
    }

    [Fact]
    public async Task A_fall_counts_from_zero_and_in_order_of_exit_not_of_entry()
    {
        await StoreAsync(Make.Closed("1", -3m, Make.Noon.AddHours(1)), Make.Closed("1", 5m, Make.Noon.AddHours(2)));
        await StoreAsync(Make.Closed("2", -3m, Make.Noon.AddHours(2)) with { EntryTimestamp = Make.Noon.AddDays(-60) },
            Make.Closed("2", 5m, Make.Noon.AddHours(1)));

        Assert.Equal(3m, (await Store.GetPerformanceAsync("1", null, Token)).MaxDrawdown);
        Assert.Equal(3m, (await Store.GetPerformanceAsync("2", null, Token)).MaxDrawdown);
    }

    [Fact]
    public async Task Only_closed_trades_with_a_gain_or_loss_count()
    {
        await StoreAsync(
            Make.Closed("1", 1m, Make.Noon),
            Make.Closed("1", null, Make.Noon, fees: 9m),
            Make.Closed("1", 100m, Make.Noon) with { Status = TradeStatus.Cancelled },
            Make.Trade("1") with { Pnl = 100m, Fees = 9m });

        Assert.Equal(
            new TradePerformance(1, 1, 0, 1m, 1m, 0m, null, 1m, 1m, 0m, 0m) { AverageWin = 1m, AverageHoldingTime = TimeSpan.FromHours(1) },
            await Store.GetPerformanceAsync("1", null, Token));
    }

    [Fact]
    public async Task One_chat_or_all_and_the_last_days_by_the_store_s_clock()
    {
        var now = await Store.GetTimeAsync(Token);
        await StoreAsync(
            Make.Closed("1", 1m, now.AddHours(-23)),
            Make.Closed("1", 10m, now.AddHours(-25)),
            Make.Closed("2", 100m, now.AddDays(-6)),
            Make.Closed("2", 1000m, now.AddDays(-400)));

        Assert.Equal(1m, (await Store.GetPerformanceAsync("1", 1, Token)).TotalPnl);
        Assert.Equal(11m, (await Store.GetPerformanceAsync("1", null, Token)).TotalPnl);
        Assert.Equal(111m, (await Store.GetPerformanceAsync(null, 7, Token)).TotalPnl);
        Assert.Equal(1111m, (await Store.GetPerformanceAsync(null, null, Token)).TotalPnl);
        Assert.Equal(0, (await Store.GetPerformanceAsync("3", null, Token)).Trades);
    }

    [Fact]
    public async Task The_Sharpe_ratio_counts_days_without_an_exit()
    {
        await StoreAsync(Make.Closed("1", 3m, Make.Noon), Make.Closed("1", 1m, Make.Noon.AddHours(1)), Make.Closed("1", -1m, Make.Noon.AddDays(2)));

        // 4, 0 and -1: the mean is 1, the sample variance 7. √(365 ÷ 7) = 7.22100…
        Assert.Equal(7.22100112m, (await Store.GetPerformanceAsync("1", null, Token)).SharpeRatio);
    }

    [Fact]
    public async Task Excursions_are_numbers_of_the_metadata_and_read_only_if_asked_for()
    {
        await StoreAsync(
            Make.Closed("1", 1m, Make.Noon) with { Metadata = Make.Utf8("""{"mae":-1.5,"mfe":2}""") },
            Make.Closed("1", 1m, Make.Noon) with { Metadata = Make.Utf8("""{"mae":-25e-1,"mfe":"9"}""") },
            Make.Closed("1", 1m, Make.Noon) with { Metadata = Make.Utf8("""{"mae":1e12,"mfe":0.0000000000000000005}""") });

        var with = await Store.GetPerformanceAsync(new PerformanceQuery("1", WithExcursions: true), Token);
        var without = await Store.GetPerformanceAsync(new PerformanceQuery("1"), Token);

        Assert.Equal((-2m, 1.000000000000000001m), (with.AverageMae, with.AverageMfe));
        Assert.Equal((null, null), (without.AverageMae, without.AverageMfe));
    }

    [Fact]
    public async Task Groups_have_the_largest_total_first_and_a_limit()
    {
        await StoreAsync(
            Make.Closed("1", 1m, Make.Noon) with { Strategy = "b" },
            Make.Closed("1", -5m, Make.Noon),
            Make.Closed("1", 1m, Make.Noon) with { Strategy = "a" },
            Make.Closed("1", 4m, Make.Noon.AddDays(40)) with { Strategy = "c", Symbol = "ETHUSDT", Exchange = "BYBIT", Side = TradeSide.Short });

        var groups = await Store.GetPerformanceGroupsAsync(new PerformanceQuery("1", GroupBy: PerformanceGrouping.Strategy), 3, Token);
        var months = await Store.GetPerformanceGroupsAsync(new PerformanceQuery("1", GroupBy: PerformanceGrouping.Month), 9, Token);

        Assert.Equal(4, groups.Count);
        Assert.Equal(["c", "a", "b"], groups.Groups.Select(group => group.Name));
        Assert.Equal(["2026-03", "2026-01"], months.Groups.Select(group => group.Name));
        foreach (var query in new PerformanceQuery[]
        {
            new(Strategy: "c"), new(Symbol: "ETHUSDT"), new(Exchange: "BYBIT"), new(From: Make.Noon.AddTicks(1)),
            new("1", Strategy: "c", Exchange: "BYBIT"),
        })
            Assert.Equal(4m, (await Store.GetPerformanceAsync(query, Token)).TotalPnl);
        Assert.Equal(-3m, (await Store.GetPerformanceAsync(new PerformanceQuery(To: Make.Noon.AddTicks(1)), Token)).TotalPnl);
    }

    [Fact]
    public async Task The_largest_amounts_add_up_exactly()
    {
        const decimal most = 999_999_999_999.99999999m;
        var trades = Enumerable.Range(0, 40).Select(i => Make.Closed("1", i < 20 ? most : -most, Make.Noon.AddMinutes(i), fees: most)).ToArray();
        await StoreAsync(trades);

        var figures = await Store.GetPerformanceAsync("1", null, Token);

        Assert.Equal((19_999_999_999_999.9999998m, 39_999_999_999_999.9999996m, 0m, 1m),
            (figures.MaxDrawdown, figures.TotalFees, figures.TotalPnl, figures.ProfitFactor));
        Assert.Equal(PerformanceOracle.Of(trades), figures);
    }

    [Fact]
    public async Task Totals_that_no_decimal_holds_have_all_their_digits_and_hinder_nobody()
    {
        const decimal least = 0.000000000000000001m, most = 99_999_999_999_999_999_999m;
        await StoreAsync(
            Make.Closed("1", 99_999_999_999m, Make.Noon), Make.Closed("1", least, Make.Noon.AddDays(1)), Make.Closed("1", -5, Make.Noon.AddDays(2)),
            Make.Closed("2", most, Make.Noon, fees: most), Make.Closed("2", most, Make.Noon.AddDays(1), fees: most),
            Make.Closed("2", -most, Make.Noon.AddDays(2)), Make.Closed("2", -most, Make.Noon.AddDays(3)),
            Make.Closed("3", most, Make.Noon), Make.Closed("3", -least, Make.Noon.AddDays(1)),
            Make.Closed("4", 7 + least, Make.Noon));

        var one = await Store.GetPerformanceAsync("1", null, Token);
        Assert.Equal((99_999_999_994m, 99_999_999_999m, 5m), (one.TotalPnl, one.GrossProfit, one.GrossLoss));
        Assert.Equal(
            [("GrossProfit", "99999999999.000000000000000001"), ("TotalPnl", "99999999994.000000000000000001")], Exact(one.ExactFigures));
        // Beyond 128 bits, and still whole.
        var two = await Store.GetPerformanceAsync("2", null, Token);
        Assert.Equal((0m, 199_999_999_999_999_999_998m, 199_999_999_999_999_999_998m), (two.TotalPnl, two.MaxDrawdown, two.TotalFees));
        Assert.Null(two.ExactFigures);
        // A ratio beyond the range of a decimal.
        var three = await Store.GetPerformanceAsync("3", null, Token);
        Assert.Equal((decimal.MaxValue, most), (three.ProfitFactor, three.TotalPnl));
        Assert.Equal(
            [
                ("ExpectancyR", "49999999999999999999499999999999999999.5"), ("ProfitFactor", "99999999999999999999000000000000000000"),
                ("TotalPnl", "99999999999999999998.999999999999999999"),
            ],
            Exact(three.ExactFigures));
        Assert.Null((await Store.GetPerformanceAsync("4", null, Token)).ExactFigures);

        var groups = await Store.GetPerformanceGroupsAsync(new PerformanceQuery { GroupBy = PerformanceGrouping.Chat }, 10, Token);
        Assert.Equal(["3", "1", "4", "2"], groups.Groups.Select(group => group.Name));
        Assert.Equal("100000000100000000000.000000000000000001", (await Store.GetPerformanceAsync(null, null, Token)).ExactFigures!["TotalPnl"]);
        var curve = PerformanceFigures.Curve(await Store.GetTradeSegmentsAsync(new PerformanceQuery("1"), 100, Token));
        Assert.Equal(["", "99999999999.000000000000000001", "99999999994.000000000000000001"],
            curve.Select(point => point.ExactFigures?["Equity"] ?? ""));

        static IEnumerable<(string, string)> Exact(IReadOnlyDictionary<string, string>? figures) =>
            (figures ?? new Dictionary<string, string>()).Select(figure => (figure.Key, figure.Value)).Order();
    }

    [Fact]
    public async Task On_random_trades_the_figures_are_exact()
    {
        var samples = 0;
        var gen = Gen.Select(Gens.Money, Gens.Money, Gen.Int[0, 5000], Gen.Int[0, 9]).List[0, 60];
        await gen.SampleAsync(
            async rows =>
            {
                var chat = $"{Interlocked.Increment(ref samples)}";
                // Few different exit times, so that the order by id matters.
                var trades = rows.Select(row => Random(chat, row.Item1, row.Item2, row.Item3, row.Item4)).ToArray();
                await StoreAsync(trades);
                Assert.Equal(PerformanceOracle.Of(trades), await Store.GetPerformanceAsync(chat, null, Token));
                Assert.Equal(
                    PerformanceOracle.Of(trades, withExcursions: true),
                    await Store.GetPerformanceAsync(new PerformanceQuery(chat, WithExcursions: true), Token));
                await AssertGroupsAsync(chat, trades, PerformanceGrouping.Strategy, trade => trade.Strategy);
                await AssertGroupsAsync(chat, trades, PerformanceGrouping.Symbol, trade => trade.Symbol);
                await AssertGroupsAsync(chat, trades, PerformanceGrouping.Exchange, trade => trade.Exchange);
                await AssertGroupsAsync(chat, trades, PerformanceGrouping.Side, trade => trade.Side == TradeSide.Long ? "LONG" : "SHORT");
                await AssertGroupsAsync(chat, trades, PerformanceGrouping.Chat, trade => trade.ChatId);
                await AssertGroupsAsync(
                    chat, trades, PerformanceGrouping.Day,
                    trade => trade.ExitTimestamp?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                foreach (var bucket in new[] { TimeSpan.FromMinutes(15), TimeSpan.FromDays(1), TimeSpan.FromDays(7) })
                {
                    var buckets = await Store.GetTradeSegmentsAsync(new PerformanceQuery(chat) { Bucket = bucket }, 10_000, Token);
                    Assert.Equal(PerformanceOracle.Curve(trades, bucket), PerformanceFigures.Curve(buckets));
                }
            },
            iter: 40,
            threads: 2);
        Assert.True(samples >= 40);
    }

    /// <summary>Names and times are few, so that groups have several trades and the order by id matters.</summary>
    private static TradeRow Random(string chat, decimal pnl, decimal fees, int minutes, int choice) =>
        Make.Closed(chat, choice == 0 ? null : choice == 1 ? 0m : pnl, Make.Noon.AddMinutes(minutes / 100 * (choice == 2 ? 400 : 1)), fees) with
        {
            Status = choice == 3 && minutes % 2 == 0 ? TradeStatus.Open : TradeStatus.Closed,
            ExitTimestamp = choice == 4 && minutes % 3 == 0 ? null : Make.Noon.AddMinutes(minutes / 100 * (choice == 2 ? 400 : 1)),
            Strategy = (minutes % 3) switch { 0 => null, 1 => "grid", _ => "Ñ" },
            Symbol = minutes % 5 == 0 ? "ETHUSDT" : "BTCUSDT",
            Exchange = minutes % 7 == 0 ? "BYBIT" : null,
            Side = minutes % 2 == 0 ? TradeSide.Short : TradeSide.Long,
            Metadata = Make.Utf8(choice < 5 ? "{}" : $$"""{"mae":-{{minutes}}.000000015,"mfe":{{minutes}}}"""),
        };

    private async Task AssertGroupsAsync(string chat, TradeRow[] trades, PerformanceGrouping grouping, Func<TradeRow, string?> nameOf)
    {
        var expected = PerformanceOracle.Of(trades, nameOf);
        var groups = await Store.GetPerformanceGroupsAsync(new PerformanceQuery(chat, GroupBy: grouping), 1000, Token);
        Assert.Equal(expected, groups.Groups);
        Assert.Equal(expected.Count, groups.Count);
    }

    private async Task StoreAsync(params TradeRow[] trades)
    {
        if (trades.Length == 0) return;
        var outcomes = await ApplyAllAsync([.. trades.Select(trade => new OpenTrade(trade))]);
        Assert.All(outcomes, outcome => AssertApplied(1, outcome));
    }
}
