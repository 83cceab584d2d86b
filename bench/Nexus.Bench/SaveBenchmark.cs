using Nexus.Bench.Raw;

namespace Nexus.Bench;

internal static class SaveBenchmark
{
    private const int Sessions = 10_000;

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
            Begin($"durable saves, {callers} callers, {duration.TotalSeconds:0} s each");
            Compare(
                Print(await Measure.ConcurrentAsync("raw prepared", callers, duration, (caller, i) => raw.SaveAsync(Pick(caller, i), i))),
                Print(await Measure.ConcurrentAsync("prototype", callers, duration, (caller, i) => prototype.SaveAsync(Pick(caller, i), i))),
                Print(await Measure.ConcurrentAsync("nexus", callers, duration, (caller, i) => nexus.Sessions.SaveAsync(Workload.Session(Pick(caller, i), i)))));
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
