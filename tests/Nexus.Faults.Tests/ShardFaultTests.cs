using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Secrets;

namespace Nexus.Faults.Tests;

/// <summary>The engine of a database with three shards fails, with a local replica and an outbox for each, while 200 users write.</summary>
public sealed class ShardFaultTests
{
    private const int Shards = 3;

    [Fact]
    public Task The_engine_is_killed_again_and_again() =>
        FaultRuns.RunAsync("engine of three shards killed in a loop", CreateAsync, VictimFaultTests.KillAgainAndAgainAsync);

    [Fact]
    public Task Both_are_killed_at_once() =>
        FaultRuns.RunAsync("PostgreSQL and engine of three shards killed at once", CreateAsync, VictimFaultTests.KillBothAsync);

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
