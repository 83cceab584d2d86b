using Nexus.Bench.Raw;

namespace Nexus.Bench;

internal static class SaveBenchmark
{
    private const int Sessions = 10_000;
    private const int Rounds = 5;

    public static async Task RunAsync(string? url, TimeSpan duration, int callers)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        var raw = new RawSessions(database.Raw);
        await raw.CreateTableAsync();
        await raw.SaveAllAsync(Workload.Samples(Sessions, 0));
        await using var prototype = new GroupCommitPrototype(database.Raw, raw);
        await using var nexus = await database.OpenNexusAsync();
        foreach (var chunk in Enumerable.Range(0, Sessions).Chunk(2000)) await nexus.Sessions.SaveBatchAsync([.. chunk.Select(i => Workload.Session(i))]);

        if (callers > 1)
        {
            Begin($"durable saves, {callers} callers, median of {Rounds} rounds of {duration.TotalSeconds:0} s");
            var figures = await Measure.RoundsAsync(
                Rounds,
                callers,
                duration,
                ("raw prepared", (caller, i) => raw.SaveAsync(Pick(caller, i), i)),
                ("prototype", (caller, i) => prototype.SaveAsync(Pick(caller, i), i)),
                ("nexus", (caller, i) => nexus.Sessions.SaveAsync(Workload.Session(Pick(caller, i), i))));
            Compare(Print(figures[0]), Print(figures[1]), Print(figures[2]));
        }
        Begin($"durable saves, a lone caller that takes each way by turns, {duration.TotalSeconds:0} s");
        var lone = await Measure.InterleavedAsync(
            duration,
            ("raw prepared", i => raw.SaveAsync(i % Sessions, i)),
            ("prototype", i => prototype.SaveAsync(i % Sessions, i)),
            ("nexus", i => nexus.Sessions.SaveAsync(Workload.Session(i % Sessions, i))));
        Compare(Print(lone[0]), Print(lone[1]), Print(lone[2]));

        static void Begin(string title)
        {
            Console.WriteLine(title);
            Console.WriteLine("  way                 saves/s    p50 ms    p99 ms    bytes allocated/save");
        }

        static Figures Print(Figures figures)
        {
            Console.WriteLine($"  {figures.Way,-16} {figures.PerSecond,10:0} {figures.P50Ms,9:0.00} {figures.P99Ms,9:0.00} {figures.AllocatedPerOperation,10}");
            return figures;
        }

        static void Compare(Figures raw, Figures floor, Figures ours) => Console.WriteLine(
            $"  nexus / prototype {ours.PerSecond / floor.PerSecond:0.00}x, nexus / raw {ours.PerSecond / raw.PerSecond:0.00}x, p50 nexus / raw {ours.P50Ms / raw.P50Ms:0.00}x");

        static int Pick(int caller, int i) => (caller * 10 + i % 10) % Sessions;
    }
}
