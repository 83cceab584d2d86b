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
        // Each save changes every row: alternating saves differ in one field.
        var samples = new[] { Workload.Samples(sessions, 0), Workload.Samples(sessions, 1) };
        await raw.SaveAllAsync(samples[1]);
        await using var nexus = await database.OpenNexusAsync();
        await nexus.Sessions.SaveBatchAsync(ToSessions(samples[1]));

        var saves = await Measure.TurnsAsync(15,
            ("raw", run => raw.SaveAllAsync(samples[run % 2])),
            ("nexus", run => nexus.Sessions.SaveBatchAsync(ToSessions(samples[run % 2]))));
        var loads = await Measure.TurnsAsync(15,
            ("raw", _ => raw.LoadAllAsync()),
            ("nexus", _ => LoadAsync(nexus)));

        Console.WriteLine($"{sessions} sessions, median ms        raw     nexus   ratio");
        Console.WriteLine($"  save in one atomic batch {saves["raw"],12:0} {saves["nexus"],9:0} {saves["nexus"] / saves["raw"],6:0.00}x");
        Console.WriteLine($"  load, both secrets opened {loads["raw"],11:0} {loads["nexus"],9:0} {loads["nexus"] / loads["raw"],6:0.00}x");

        static Session[] ToSessions(Sample[] samples) => Array.ConvertAll(samples, sample => sample.ToSession());
    }

    private static async Task<long> LoadAsync(NexusDb nexus)
    {
        var length = 0L;
        await foreach (var session in nexus.Sessions.ListAsync()) length += session.ApiKey!.Reveal().Length + session.ApiSecret!.Reveal().Length;
        return length;
    }
}
