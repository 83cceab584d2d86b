using System.Diagnostics;
using Nexus.Trades;

namespace Nexus.Bench;

/// <summary>Figures over all closed trades of one chat, compared with fetching every trade.</summary>
internal static class PerformanceBenchmark
{
    private const int Runs = 5;

    public static async Task RunAsync(string? url, int trades)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        await using var nexus = await database.OpenNexusAsync();
        Console.WriteLine($"storing {trades:N0} closed trades of one chat …");
        await nexus.Trades.AppendAsync(Closed(trades));
        await using (var connection = await database.Raw.OpenConnectionAsync())
        await using (var analyze = new Npgsql.NpgsqlCommand("VACUUM ANALYZE trades", connection) { CommandTimeout = 0 })
            await analyze.ExecuteNonQueryAsync();
        var filter = new PerformanceFilter { ChatId = 1001 };

        await MeasureAsync("from the trades", () => nexus.Trades.GetPerformanceAsync(filter), runs: 1);
        var started = Stopwatch.GetTimestamp();
        await WaitForSumsAsync(database);
        Console.WriteLine($"days summed after {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s");
        await MeasureAsync("all time", () => nexus.Trades.GetPerformanceAsync(filter));
        await MeasureAsync("last 30 days", () => nexus.Trades.GetPerformanceAsync(filter with { Days = 30 }));
        await MeasureAsync("by strategy", () => nexus.Trades.GetPerformanceGroupsAsync(PerformanceGrouping.Strategy, filter));
        await MeasureAsync("by symbol", () => nexus.Trades.GetPerformanceGroupsAsync(PerformanceGrouping.Symbol, filter));
        await MeasureAsync("one strategy", () => nexus.Trades.GetPerformanceAsync(filter with { Strategy = "S1" }));
        await MeasureAsync("strategy and symbol", () => nexus.Trades.GetPerformanceAsync(filter with { Strategy = "S1", Symbol = "SYM1" }));
        await MeasureAsync("strategy, exchange", () => nexus.Trades.GetPerformanceAsync(filter with { Strategy = "S1", Exchange = "X1" }));
        await MeasureAsync("strategy by symbol",
            () => nexus.Trades.GetPerformanceGroupsAsync(PerformanceGrouping.Symbol, filter with { Strategy = "S1" }));
        await MeasureAsync("by day", () => nexus.Trades.GetPerformanceGroupsAsync(PerformanceGrouping.Day, filter));
        await MeasureAsync("by month", () => nexus.Trades.GetPerformanceGroupsAsync(PerformanceGrouping.Month, filter));
        await MeasureAsync("by side", () => nexus.Trades.GetPerformanceGroupsAsync(PerformanceGrouping.Side, filter));
        await MeasureAsync("since an instant",
            () => nexus.Trades.GetPerformanceAsync(filter with { From = TimeProvider.System.GetUtcNow().AddDays(-100.3) }));
        await MeasureAsync("strategy and symbol, 30 days",
            () => nexus.Trades.GetPerformanceAsync(filter with { Strategy = "S1", Symbol = "SYM1", Days = 30 }));
        await MeasureAsync("equity curve by hour, 30 days", () => nexus.Trades.GetEquityAsync(filter with { Days = 30 }, TimeSpan.FromHours(1)));
        await MeasureAsync("equity curve by day", () => nexus.Trades.GetEquityAsync(filter));
        await MeasureAsync("after each close", async () =>
        {
            var trade = (await nexus.Trades.OpenAsync(new Trade
            {
                ChatId = 1001,
                Symbol = "SYM1",
                Side = TradeSide.Long,
                Strategy = "S1",
                EntryPrice = 1m,
                Quantity = 1m,
            })).Trade;
            await nexus.Trades.CloseAsync(trade.Id, new TradeClose { ExitPrice = 2m });
            await nexus.Trades.GetPerformanceAsync(filter);
        });
        await MeasureAsync("fetch every trade", async () =>
        {
            var total = 0m;
            await foreach (var trade in nexus.Trades.ListAsync(new TradeFilter { ChatId = 1001 })) total += trade.Pnl ?? 0;
        });
    }

    private static async Task WaitForSumsAsync(BenchDatabase database)
    {
        await using var connection = await database.Raw.OpenConnectionAsync();
        await using var summed = new Npgsql.NpgsqlCommand("SELECT count(*) FROM nexus_summed_chats WHERE partitions IS NOT NULL", connection);
        while (await summed.ExecuteScalarAsync() is 0L) await Task.Delay(200);
    }

    private static async Task MeasureAsync(string name, Func<Task> call, int runs = Runs)
    {
        var times = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            await call();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        times.Sort();
        Console.WriteLine($"{name,-30} p50 {times[runs / 2],8:N0} ms   worst {times[^1],8:N0} ms");
    }

    private static async IAsyncEnumerable<Trade> Closed(int count)
    {
        await Task.Yield();
        var now = TimeProvider.System.GetUtcNow();
        var random = new Random(1);
        for (var n = 0; n < count; n++)
        {
            // A year of trades, the last one an hour ago.
            var entry = now.AddHours(-2).AddSeconds(-31d * (count - 1 - n));
            yield return new Trade
            {
                Id = Guid.CreateVersion7(entry),
                ChatId = 1001,
                Symbol = $"SYM{n % 50}",
                Side = n % 2 == 0 ? TradeSide.Long : TradeSide.Short,
                Strategy = $"S{n % 10}",
                Exchange = $"X{n % 3}",
                EntryPrice = 65_000m,
                ExitPrice = 65_100m,
                Quantity = 0.015m,
                EntryTimestamp = entry,
                ExitTimestamp = entry.AddHours(1),
                Pnl = random.Next(-9800, 10_200) / 100m,
                Fees = random.Next(0, 100) / 100m,
                Status = TradeStatus.Closed,
            };
        }
    }
}
