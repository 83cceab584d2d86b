using System.Diagnostics;

namespace Nexus.Bench;

/// <summary>Whether memory grows with the number of sessions that are streamed.</summary>
internal static class StreamBenchmark
{
    public static async Task RunAsync(string? url, int sessions)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        await using var nexus = await database.OpenNexusAsync();
        await using (var fill = database.Raw.CreateCommand("""
            INSERT INTO sessions (chat_id, config) SELECT (100000000 + i)::text, $1 FROM generate_series(1, $2) AS i ON CONFLICT DO NOTHING
            """))
        {
            fill.CommandTimeout = 600;
            fill.Parameters.Add(new() { Value = Workload.Config(1), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb });
            fill.Parameters.Add(new() { Value = sessions });
            await fill.ExecuteNonQueryAsync();
        }

        Console.WriteLine("  sessions streamed   managed heap MB   working set MB");
        var watch = Stopwatch.StartNew();
        var count = 0;
        await foreach (var session in nexus.Sessions.ListAsync())
        {
            count++;
            if (count == 1000 || count % Math.Max(1, sessions / 5) == 0)
            {
                Console.WriteLine(
                    $"  {count,17} {GC.GetTotalMemory(forceFullCollection: true) / 1048576.0,17:0.0} {Environment.WorkingSet / 1048576.0,16:0}");
            }
        }
        Console.WriteLine($"  {count / watch.Elapsed.TotalSeconds:0} sessions/s");
    }
}
