using CsCheck;
using Nexus.Trades;

namespace Nexus.Tests.Embedded;

public sealed class PerformanceTests
{
    private static readonly DateTimeOffset Entry = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Figures_are_exact_where_floating_point_would_not_be()
    {
        await using var test = await TestStore.OpenAsync();
        await CloseAllAsync(test, "1", [0.1m, 0.2m, -0.3m, 999_999_999_999.99999999m, 999_999_999_999.99999999m, -0.00000001m], fees: 0.1m);

        var figures = await test.Store.GetPerformanceAsync("1", days: null, TestStore.Token);

        Assert.Equal(6, figures.Trades);
        Assert.Equal(4, figures.Wins);
        Assert.Equal(2, figures.Losses);
        Assert.Equal(0.66666667m, figures.WinRate);
        Assert.Equal(2_000_000_000_000.29999998m, figures.GrossProfit);
        Assert.Equal(0.30000001m, figures.GrossLoss);
        Assert.Equal(1_999_999_999_999.99999997m, figures.TotalPnl);
        Assert.Equal(333_333_333_333.33333333m, figures.Expectancy);
        Assert.Equal(6_666_666_444_445.45185175m, figures.ProfitFactor);
        Assert.Equal(0.6m, figures.TotalFees);
        Assert.Equal(0.3m, figures.MaxDrawdown);
    }

    [Fact]
    public async Task Without_trades_there_are_zeros_and_no_profit_factor()
    {
        await using var test = await TestStore.OpenAsync();
        Assert.Equal(new TradePerformance(0, 0, 0, 0, 0, 0, null, 0, 0, 0, 0), await test.Store.GetPerformanceAsync(null, 30, TestStore.Token));
    }

    [Fact]
    public async Task Only_trades_closed_in_the_last_days_count()
    {
        await using var test = await TestStore.OpenAsync();
        var now = test.Clock.GetUtcNow();
        foreach (var (pnl, at) in new[] { (1m, now.AddDays(-8)), (10m, now.AddDays(-7)), (100m, now) })
        {
            var trade = TestStore.Trade("1", Entry);
            await test.ApplyAsync(atomic: false, new OpenTrade(trade));
            await test.ApplyAsync(TestStore.Close(trade.Id, pnl: pnl, at: at));
        }
        Assert.Equal(110m, (await test.Store.GetPerformanceAsync("1", 7, TestStore.Token)).TotalPnl);
        Assert.Equal(110m, (await test.Store.GetPerformanceAsync(null, 7, TestStore.Token)).TotalPnl);
    }

    [Fact]
    public async Task The_drawdown_follows_the_order_of_exit_whatever_the_order_of_entry_and_starts_at_zero()
    {
        await using var test = await TestStore.OpenAsync();
        var now = test.Clock.GetUtcNow();
        // In order of exit: -5, +20, -12, -3, +1: the total falls from 15 to 0.
        foreach (var (pnl, minute) in new[] { (-12m, 3), (1m, 5), (-5m, 1), (-3m, 4), (20m, 2) })
        {
            var trade = TestStore.Trade("1", Entry.AddHours(minute * 7 % 5));
            await test.ApplyAsync(atomic: false, new OpenTrade(trade));
            await test.ApplyAsync(TestStore.Close(trade.Id, pnl: pnl, at: now.AddMinutes(minute)));
        }
        Assert.Equal(15m, (await test.Store.GetPerformanceAsync("1", null, TestStore.Token)).MaxDrawdown);
    }

    [Fact]
    public async Task The_figures_equal_those_of_plain_arithmetic()
    {
        await using var test = await TestStore.OpenAsync();
        var chat = 0;
        await Gen.Int[-1_000_000, 1_000_000].Select(cents => cents / 100m).Array[0, 40].SampleAsync(
            async pnls =>
            {
                var chatId = Interlocked.Increment(ref chat).ToString();
                await CloseAllAsync(test, chatId, pnls, fees: 0.25m);
                var figures = await test.Store.GetPerformanceAsync(chatId, null, TestStore.Token);
                var (total, peak, fall) = (0m, 0m, 0m);
                foreach (var pnl in pnls)
                {
                    total += pnl;
                    peak = Math.Max(peak, total);
                    fall = Math.Max(fall, peak - total);
                }
                var (profit, loss) = (pnls.Where(pnl => pnl > 0).Sum(), -pnls.Where(pnl => pnl < 0).Sum());
                Assert.Equal(
                    new TradePerformance(
                        pnls.Length, pnls.Count(pnl => pnl > 0), pnls.Count(pnl => pnl < 0), Ratio(pnls.Count(pnl => pnl > 0), pnls.Length) ?? 0,
                        profit, loss, Ratio(profit, loss), Ratio(total, pnls.Length) ?? 0, total, pnls.Length * 0.25m, fall),
                    figures);
            },
            iter: 50,
            threads: 1);

        static decimal? Ratio(decimal numerator, decimal denominator) =>
            denominator == 0 ? null : decimal.Round(numerator / denominator, 8, MidpointRounding.AwayFromZero);
    }

    [Fact]
    public async Task Figures_read_an_index_and_no_documents()
    {
        await using var test = await TestStore.OpenAsync();
        var plan = test.Query("EXPLAIN QUERY PLAN SELECT pnl, fees, exit_at, id FROM trades WHERE status = 'CLOSED' AND pnl IS NOT NULL AND chat_id = '1' AND exit_at >= 5");
        Assert.Contains("COVERING INDEX trades_figures (chat_id=? AND exit_at>?)", plan.Single()[3].ToString(), StringComparison.Ordinal);
    }

    private static async Task CloseAllAsync(TestStore test, string chatId, decimal[] pnls, decimal fees)
    {
        var trades = pnls.Select((pnl, i) => TestStore.Trade(chatId, Entry) with
        {
            Status = TradeStatus.Closed,
            ExitPrice = 1m,
            ExitTimestamp = Entry.AddMinutes(i),
            Pnl = pnl,
            Fees = fees,
        });
        Assert.All(await test.ApplyAsync(atomic: true, [.. trades.Select(trade => new OpenTrade(trade))]), outcome => Assert.True(outcome.IsApplied));
    }
}
