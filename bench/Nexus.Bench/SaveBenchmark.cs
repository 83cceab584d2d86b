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
        foreach (var chunk in Enumerable.Range(0, Sessions).Chunk(2000))
            await nexus.Sessions.SaveBatchAsync([.. chunk.Select(i => Workload.Session(i))]);

        if (callers > 1)
        {
            Figures.Begin($"durable saves, {callers} callers, median of {Measure.Rounds} rounds of {duration.TotalSeconds:0} s");
            var figures = await Measure.RoundsAsync(
                callers,
                duration,
                ("session alone", (caller, i) => MakeAsync(Pick(caller, i), i)),
                ("raw prepared", (caller, i) => raw.SaveAsync(Pick(caller, i), i)),
                ("prototype", (caller, i) => prototype.SaveAsync(Pick(caller, i), i)),
                ("nexus", (caller, i) => nexus.Sessions.SaveAsync(Workload.Session(Pick(caller, i), i))));
            Compare(figures[1..]);
            using var large = new LargeObjects();
            await Measure.Callers(callers, (caller, i) => nexus.Sessions.SaveAsync(Workload.Session(Pick(caller, i), i)))(duration);
            Console.WriteLine($"  nexus: {large.Bytes} bytes of large objects in {duration.TotalSeconds:0} s more");
        }
        Figures.Begin($"durable saves, a lone caller that alternates between the variants, {duration.TotalSeconds:0} s");
        Compare(Array.ConvertAll(await Measure.InterleavedAsync(
            duration,
            ("raw prepared", i => raw.SaveAsync(i % Sessions, i)),
            ("prototype", i => prototype.SaveAsync(i % Sessions, i)),
            ("nexus", i => nexus.Sessions.SaveAsync(Workload.Session(i % Sessions, i)))), figures => figures.Print()));

        static void Compare(Figures[] figures) => figures[^1].Compare(figures.AsSpan(..^1));

        // What every variant creates before it saves.
        static Task MakeAsync(int session, int revision)
        {
            GC.KeepAlive(Workload.Session(session, revision));
            return Task.CompletedTask;
        }

        static int Pick(int caller, int i) => (caller * 10 + i % 10) % Sessions;
    }
}
