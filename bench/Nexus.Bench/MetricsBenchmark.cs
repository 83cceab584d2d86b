using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Nexus.Bench;

/// <summary>
/// What counting costs: the same saves while nobody listens to the meters, and while OpenTelemetry collects those of the server every second.
/// </summary>
internal static class MetricsBenchmark
{
    private const int Sessions = 10_000;

    public static async Task RunAsync(string? url, bool isSlow, TimeSpan duration, int callers)
    {
        await using var database = await BenchDatabase.OpenAsync(url, isSlow);
        await using var nexus = await database.OpenNexusAsync();
        foreach (var chunk in Enumerable.Range(0, Sessions).Chunk(2000))
            await nexus.Sessions.SaveBatchAsync([.. chunk.Select(i => Workload.Session(i))]);
        var save = Measure.Callers(callers, (caller, i) => nexus.Sessions.SaveAsync(Workload.Session((caller * 10 + i % 10) % Sessions, i)));
        var check = Measure.Callers(callers, async (caller, i) => await nexus.Users.CheckAccessAsync(caller + 1));

        Figures.Begin($"durable saves, {callers} callers, median of {Measure.Rounds} rounds of {duration.TotalSeconds:0} s");
        var saves = await Measure.RoundsAsync(duration, ("no metrics", save), ("metrics", Metered(save)));
        saves[1].Compare(saves[0]);
        Figures.Begin($"access checks from memory, {callers} callers, median of {Measure.Rounds} rounds of {duration.TotalSeconds:0} s");
        var checks = await Measure.RoundsAsync(duration, ("no metrics", check), ("metrics", Metered(check)));
        checks[1].Compare(checks[0]);
    }

    private static Func<TimeSpan, Task<IEnumerable<long>>> Metered(Func<TimeSpan, Task<IEnumerable<long>>> load) => async duration =>
    {
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter("Nexus", "Npgsql", "System.Runtime")
            .AddReader(new PeriodicExportingMetricReader(new Discard(), exportIntervalMilliseconds: 1000)).Build();
        return await load(duration);
    };

    private sealed class Discard : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
