using System.Diagnostics;
using Nexus.Chats;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Nexus.Bench;

/// <summary>
/// What counting costs: the same saves while nobody listens to the meters, and while OpenTelemetry collects those of the server every second.
/// </summary>
internal static class MetricsBenchmark
{
    private const int Sessions = 10_000;

    private const int CheckTurns = 100;

    private const int ChecksInTurn = 500_000;

    private static readonly ChatId Checked = 1;

    public static async Task RunAsync(string? url, bool isSlow, TimeSpan duration, int callers)
    {
        await using var database = await BenchDatabase.OpenAsync(url, isSlow);
        await using var nexus = await database.OpenNexusAsync();
        foreach (var chunk in Enumerable.Range(0, Sessions).Chunk(2000))
            await nexus.Sessions.SaveBatchAsync([.. chunk.Select(i => Workload.Session(i))]);
        var save = Measure.Callers(callers, (caller, i) => nexus.Sessions.SaveAsync(Workload.Session((caller * 10 + i % 10) % Sessions, i)));

        Figures.Begin($"durable saves, {callers} callers, median of {Measure.Rounds} rounds of {duration.TotalSeconds:0} s");
        var saves = await Measure.RoundsAsync(duration, ("no metrics", save), ("metrics", Metered(save)));
        saves[1].Compare(saves[0]);
        await CompareChecksAsync(nexus);
    }

    /// <summary>
    /// Checks of one thread in short turns, so that other processes disturb both ways alike: a check takes about 100 ns, and a count of it a few.
    /// </summary>
    private static async Task CompareChecksAsync(NexusDb nexus)
    {
        var (plain, metered) = (new List<double>(), new List<double>());
        for (var turn = 0; turn < CheckTurns; turn++)
        {
            plain.Add(await CheckAsync(nexus));
            using var provider = Collect();
            metered.Add(await CheckAsync(nexus));
        }
        var shares = plain.Zip(metered, (without, with) => without / with).Skip(CheckTurns / 5).Order().ToArray();
        Console.WriteLine($"access checks from memory, one thread, {CheckTurns} turns of {ChecksInTurn:N0} each");
        Console.WriteLine($"  no metrics {Median(plain):0.0} ns, metrics {Median(metered):0.0} ns");
        Console.WriteLine($"  metrics / no metrics: {shares[shares.Length / 2]:0.000}x the rate, the median of the pairs; half of them lie between "
            + $"{shares[shares.Length / 4]:0.000}x and {shares[shares.Length * 3 / 4]:0.000}x");
    }

    private static async Task<double> CheckAsync(NexusDb nexus)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < ChecksInTurn; i++) await nexus.Users.CheckAccessAsync(Checked);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / ChecksInTurn;
    }

    private static double Median(List<double> values) => values.Skip(CheckTurns / 5).Order().ElementAt(values.Count * 2 / 5);

    private static Func<TimeSpan, Task<IEnumerable<long>>> Metered(Func<TimeSpan, Task<IEnumerable<long>>> load) => async duration =>
    {
        using var provider = Collect();
        return await load(duration);
    };

    internal static MeterProvider Collect() => Sdk.CreateMeterProviderBuilder().AddMeter("Nexus", "Npgsql", "System.Runtime")
        .AddReader(new PeriodicExportingMetricReader(new Discard(), exportIntervalMilliseconds: 1000)).Build();

    private sealed class Discard : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
