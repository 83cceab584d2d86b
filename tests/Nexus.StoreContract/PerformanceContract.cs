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
            new TradePerformance(5, 2, 2, 0.4m, 17m, 9m, 1.88888889m, 1.6m, 8m, 0.25m, 9m),
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

        Assert.Equal(new TradePerformance(1, 1, 0, 1m, 1m, 0m, null, 1m, 1m, 0m, 0m), await Store.GetPerformanceAsync("1", null, Token));
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
    public async Task On_random_trades_the_figures_are_exact()
    {
        var samples = 0;
        var gen = Gen.Select(Gens.Money, Gens.Money, Gen.Int[0, 5000], Gen.Int[0, 9]).List[0, 60];
        await gen.SampleAsync(
            async rows =>
            {
                var chat = $"{Interlocked.Increment(ref samples)}";
                // Few different exit times, so that the order by id matters.
                var trades = rows.Select(row => Make.Closed(chat, row.Item4 == 0 ? null : row.Item1, Make.Noon.AddMinutes(row.Item3 / 100),
                    row.Item2)).ToArray();
                await StoreAsync(trades);
                Assert.Equal(PerformanceOracle.Of(trades), await Store.GetPerformanceAsync(chat, null, Token));
            },
            iter: 60,
            threads: 2);
        Assert.True(samples >= 60);
    }

    private async Task StoreAsync(params TradeRow[] trades)
    {
        if (trades.Length == 0) return;
        var outcomes = await ApplyAllAsync([.. trades.Select(trade => new OpenTrade(trade))]);
        Assert.All(outcomes, outcome => AssertApplied(1, outcome));
    }
}
