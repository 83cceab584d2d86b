using Nexus.Bench.Raw;
using Nexus.Sessions;

namespace Nexus.Bench;

internal static class BulkBenchmark
{
    public static async Task RunAsync(string? url, int sessions)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        var raw = new RawSessions(database.Raw);
        await raw.CreateTableAsync();
        await raw.SaveAllAsync(sessions, 0);
        await using var nexus = await database.OpenNexusAsync();
        await nexus.Sessions.SaveBatchAsync(All(0));

        // Making the sessions is the caller's work in both ways, so each makes its own inside the measured time.
        var saves = await Measure.TurnsAsync(5,
            ("raw", run => raw.SaveAllAsync(sessions, run)),
            ("nexus", run => nexus.Sessions.SaveBatchAsync(All(run))));
        var loads = await Measure.TurnsAsync(5,
            ("raw", _ => raw.LoadAllAsync()),
            ("nexus", _ => LoadAsync(nexus)));

        Console.WriteLine($"{sessions} sessions, median ms        raw     nexus   ratio");
        Console.WriteLine($"  save in one atomic batch {saves["raw"],12:0} {saves["nexus"],9:0} {saves["nexus"] / saves["raw"],6:0.00}x");
        Console.WriteLine($"  load, both secrets opened {loads["raw"],11:0} {loads["nexus"],9:0} {loads["nexus"] / loads["raw"],6:0.00}x");

        Session[] All(int revision) => [.. Enumerable.Range(0, sessions).Select(i => Workload.Session(i, revision))];
    }

    private static async Task<long> LoadAsync(NexusDb nexus)
    {
        var length = 0L;
        await foreach (var session in nexus.Sessions.LoadAllAsync()) length += session.ApiKey!.Reveal().Length + session.ApiSecret!.Reveal().Length;
        return length;
    }
}
