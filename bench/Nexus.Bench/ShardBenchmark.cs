using Microsoft.Extensions.Logging.Abstractions;

namespace Nexus.Bench;

/// <summary>What shards cost: the same saves in a database without shards and in one with four, on the same server.</summary>
internal static class ShardBenchmark
{
    private const int Shards = 4;
    private const int Sessions = 10_000;
    private const string Home = "nexus_bench_home";

    public static async Task RunAsync(string? url, TimeSpan duration, int callers)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        await using var plain = await database.OpenNexusAsync();
        var options = database.Options();
        options.Schema = Home;
        await ShardedDatabase.InitializeAsync(options, Shards, NullLoggerFactory.Instance, TimeProvider.System, progress: null, default);
        try
        {
            await using var sharded = await NexusDb.OpenAsync(options);
            // Chats of one shard show what routing costs; those of four also use four connections in turn, each with cold caches in the server.
            int[] together =
                [.. Enumerable.Range(0, Sessions).Where(n => Chats.ChatBucket.Of(Workload.ChatId(n)) / (Chats.ChatBucket.Count / Shards) == 1)];
            Figures.Begin($"durable saves, a lone caller that alternates between the variants, {duration.TotalSeconds:0} s");
            Compare(Array.ConvertAll(await Measure.InterleavedAsync(
                duration,
                ("one database", i => plain.Sessions.SaveAsync(Workload.Session(together[i % together.Length], i))),
                ("four shards, chats of one", i => sharded.Sessions.SaveAsync(Workload.Session(together[i % together.Length], i))),
                ("four shards", i => sharded.Sessions.SaveAsync(Workload.Session(i % together.Length, i)))), figures => figures.Print()));
            Figures.Begin($"durable saves, {callers} callers, median of {Measure.Rounds} rounds of {duration.TotalSeconds:0} s");
            Compare(await Measure.RoundsAsync(
                callers,
                duration,
                ("one database", (caller, i) => plain.Sessions.SaveAsync(Workload.Session(Pick(caller, i), i))),
                ("four shards", (caller, i) => sharded.Sessions.SaveAsync(Workload.Session(Pick(caller, i), i)))));
        }
        finally
        {
            await using var drop = database.Raw.CreateCommand(
                $"DROP SCHEMA {Home}, {string.Join(", ", Enumerable.Range(1, Shards - 1).Select(n => $"{Home}_s{n:00}"))} CASCADE");
            await drop.ExecuteNonQueryAsync();
        }

        static void Compare(Figures[] figures)
        {
            foreach (var way in figures[1..]) way.Compare(figures[0]);
        }

        static int Pick(int caller, int i) => (caller * 10 + i % 10) % Sessions;
    }
}
