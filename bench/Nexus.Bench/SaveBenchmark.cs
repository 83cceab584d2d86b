using Nexus.Bench.Raw;

namespace Nexus.Bench;

internal static class SaveBenchmark
{
    private const int Sessions = 10_000;

    public static async Task RunAsync(string? url, TimeSpan duration)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        var raw = new RawSessions(database.Raw);
        await raw.CreateTableAsync();
        await raw.SaveAllAsync(Sessions, 0);
        await using var prototype = new GroupCommitPrototype(database.Raw, raw);
        await using var nexus = await database.OpenNexusAsync();
        foreach (var chunk in Enumerable.Range(0, Sessions).Chunk(2000)) await nexus.Sessions.SaveBatchAsync([.. chunk.Select(i => Workload.Session(i))]);

        foreach (var callers in (int[])[1000, 1])
        {
            Console.WriteLine($"durable saves, {callers} caller(s), {duration.TotalSeconds:0} s each");
            Console.WriteLine("  way                 saves/s    p50 ms    p99 ms    bytes allocated/save");
            var rawFigures = await RunAsync("raw prepared", (caller, i) => raw.SaveAsync(Pick(caller, i), i));
            var floor = await RunAsync("prototype", (caller, i) => prototype.SaveAsync(Pick(caller, i), i));
            var ours = await RunAsync("nexus", (caller, i) => nexus.Sessions.SaveAsync(Workload.Session(Pick(caller, i), i)));
            Console.WriteLine($"  nexus / prototype {ours.PerSecond / floor.PerSecond:0.00}x, nexus / raw {ours.PerSecond / rawFigures.PerSecond:0.00}x, p50 nexus / raw {ours.P50Ms / rawFigures.P50Ms:0.00}x");

            async Task<Figures> RunAsync(string way, Func<int, int, Task> work)
            {
                var figures = await Measure.ConcurrentAsync(way, callers, duration, work);
                Console.WriteLine($"  {figures.Way,-16} {figures.PerSecond,10:0} {figures.P50Ms,9:0.00} {figures.P99Ms,9:0.00} {figures.AllocatedPerOperation,10}");
                return figures;
            }
        }

        static int Pick(int caller, int i) => (caller * 10 + i % 10) % Sessions;
    }
}
