using Nexus.Bench.Raw;
using Nexus.Trades;

namespace Nexus.Bench;

/// <summary>Trades appended one by one from many callers.</summary>
internal static class TradeBenchmark
{
    public static async Task RunAsync(string? url, bool isSlow, TimeSpan duration, int callers)
    {
        await using var database = await BenchDatabase.OpenAsync(url, isSlow);
        await using var prototype = new RawTrades(database.Raw);
        await prototype.CreateTableAsync();
        await using var nexus = await database.OpenNexusAsync();
        // Makes this month's partition.
        await nexus.Trades.OpenAsync(Workload.Trade(0));
        await using var sameTable = new RawTrades(database.Raw, intoTrades: true);

        Figures.Begin($"trades appended, {callers} callers, median of {Measure.Rounds} rounds of {duration.TotalSeconds:0} s");
        var figures = await Measure.RoundsAsync(
            callers,
            duration,
            ("raw prepared", (caller, _) => prototype.InsertAsync(Workload.Trade(caller))),
            ("prototype", (caller, _) => prototype.AppendAsync(caller, Workload.Trade(caller))),
            ("same table", (caller, _) => sameTable.AppendAsync(caller, Workload.Trade(caller))),
            ("nexus", (caller, _) => nexus.Trades.OpenAsync(Workload.Trade(caller))));
        figures[^1].Compare(figures.AsSpan(..^1));
    }
}
