using Nexus.Bench.Raw;

namespace Nexus.Bench;

internal static class SaveBenchmark
{
    private const int Sessions = 10_000;

    public static async Task RunAsync(string? url, bool isSlow, TimeSpan duration, int callers)
    {
        await using var database = await BenchDatabase.OpenAsync(url, isSlow);
        var raw = new RawSessions(database.Raw);
        await raw.CreateTableAsync();
        await raw.SaveAllAsync(Workload.Samples(Sessions, 0));
        await using var prototype = new GroupCommitPrototype(database.Raw, raw);
        await using var nexus = await database.OpenNexusAsync();
        foreach (var chunk in Enumerable.Range(0, Sessions).Chunk(2000)) await nexus.Sessions.SaveBatchAsync([.. chunk.Select(i => Workload.Session(i))]);

        if (callers > 1)
        {
            Figures.Begin($"durable saves, {callers} callers, median of {Measure.Rounds} rounds of {duration.TotalSeconds:0} s");
            Compare(await Measure.RoundsAsync(
                callers,
                duration,
                ("raw prepared", (caller, i) => raw.SaveAsync(Pick(caller, i), i)),
                ("prototype", (caller, i) => prototype.SaveAsync(Pick(caller, i), i)),
                ("nexus", (caller, i) => nexus.Sessions.SaveAsync(Workload.Session(Pick(caller, i), i)))));
        }
        Figures.Begin($"durable saves, a lone caller that takes each way by turns, {duration.TotalSeconds:0} s");
        Compare(await Measure.InterleavedAsync(
            duration,
            ("raw prepared", i => raw.SaveAsync(i % Sessions, i)),
            ("prototype", i => prototype.SaveAsync(i % Sessions, i)),
            ("nexus", i => nexus.Sessions.SaveAsync(Workload.Session(i % Sessions, i)))));

        static void Compare(Figures[] figures) => figures[^1].Compare(figures.AsSpan(..^1));

        static int Pick(int caller, int i) => (caller * 10 + i % 10) % Sessions;
    }
}
