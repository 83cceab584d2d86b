using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Secrets;

namespace Nexus.Faults.Tests;

/// <summary>The engine of a database with three shards fails, with a local replica and an outbox for each, while 200 users write.</summary>
public sealed class ShardFaultTests
{
    private const int Shards = 3;

    [Fact]
    public Task The_engine_is_killed_again_and_again() => FaultRuns.RunAsync("engine of three shards killed in a loop", CreateAsync, async bench =>
    {
        for (var n = 0; n < 4; n++)
        {
            await bench.KillVictimAsync();
            // PostgreSQL is unavailable every second time, so that the process is killed while it spools and while it replays.
            if (n % 2 == 0) await bench.Cluster.KillAsync();
            await bench.StartVictimAsync();
            await bench.WorkAsync(bench.Random.Next(200, 1500));
            if (n % 2 == 0) await bench.Cluster.RestartAsync();
            await bench.WorkAsync(bench.Random.Next(1, 800));
        }
    });

    [Fact]
    public Task Both_are_killed_at_once() => FaultRuns.RunAsync("PostgreSQL and engine of three shards killed at once", CreateAsync, async bench =>
    {
        for (var n = 0; n < 3; n++)
        {
            await Task.WhenAll(bench.Cluster.KillAsync(), bench.KillVictimAsync());
            await Task.WhenAll(bench.Cluster.RestartAsync(), bench.StartVictimAsync());
            await bench.WorkAsync(bench.Random.Next(300, 1500));
        }
    });

    private static async Task<FaultBench?> CreateAsync(int seed)
    {
        var bench = await FaultBench.CreateAsync(seed);
        var options = new NexusOptions { Database = bench.Url, Keys = KeyRing.GenerateKey() };
        await ShardedDatabase.InitializeAsync(options, Shards, NullLoggerFactory.Instance, TimeProvider.System, progress: null, default);
        // What the verdict reads: the tables of all shards as one.
        var schemas = Enumerable.Range(0, Shards).Select(n => n == 0 ? "public" : string.Create(CultureInfo.InvariantCulture, $"nexus_s{n:00}"));
        await bench.ExecuteAsync("CREATE SCHEMA whole");
        foreach (var table in (string[])["sessions", "users", "trades"])
        {
            var parts = string.Join(" UNION ALL ", schemas.Select(schema => $"SELECT * FROM {schema}.{table}"));
            await bench.ExecuteAsync($"CREATE VIEW whole.{table} AS {parts}");
        }
        bench.VerdictSchema = "whole";
        return bench;
    }
}
