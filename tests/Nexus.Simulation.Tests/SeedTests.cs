using System.Globalization;

namespace Nexus.Simulation.Tests;

/// <summary>
/// Executions of the engine with simulated time, network, disk and server. <c>./test --simulate N [--seed S]</c> runs more of them, or one again.
/// </summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    /// <summary>The seeds of a run without options.</summary>
    private const int Seeds = 1700;

    /// <summary>The same for each world with shards. A run with options has a tenth of its seeds there.</summary>
    private const int ShardedSeeds = 150;

    [Fact]
    public Task Every_promise_holds_for_every_seed() =>
        RunAsync((int)(SimulationProcess.ReadVariable("NEXUS_SIMULATION_RUNS") ?? Seeds), WorldKind.Server);

    [Fact]
    public Task Every_promise_holds_while_buckets_are_moved_between_shards() => RunShardedAsync(WorldKind.Shards);

    [Fact]
    public Task Every_promise_holds_while_buckets_are_moved_between_shards_that_have_a_fallback() => RunShardedAsync(WorldKind.ShardsWithFallback);

    private Task RunShardedAsync(WorldKind world) =>
        RunAsync(SimulationProcess.ReadVariable("NEXUS_SIMULATION_RUNS") is { } runs ? (int)((runs + 9) / 10) : ShardedSeeds, world);

    private async Task RunAsync(int count, WorldKind world)
    {
        var first = SimulationProcess.ReadVariable("NEXUS_SIMULATION_SEED") ?? 1;

        var results = await SimulationProcess.RunInParallelAsync(first, count, world);

        var (simulated, real) = (results.Sum(result => result.Seconds), results.Sum(result => result.Milliseconds) / 1000);
        var distinct = results.Select(result => result.Order).Distinct().Count();
        var named = world switch
        {
            WorldKind.Shards => " with shards",
            WorldKind.ShardsWithFallback => " with shards and a fallback",
            _ => "",
        };
        var summary = string.Create(CultureInfo.InvariantCulture, $"{results.Count} seeds{named}, {distinct} distinct interleavings, "
            + $"{results.Sum(result => result.Events)} events, {results.Sum(result => result.Faults)} faults, "
            + $"{results.Sum(result => result.Operations)} calls, {simulated:0} s simulated in {real:0.0} s: {simulated / real:0} times real time");
        output.WriteLine(summary);
        if (Environment.GetEnvironmentVariable("NEXUS_SIMULATION_RESULTS") is { Length: > 0 } file)
            await File.AppendAllTextAsync(file, summary + Environment.NewLine, TestContext.Current.CancellationToken);
        Assert.Equal(count, results.Count);
        Assert.Empty(results.Where(result => result.Violations.Count > 0)
            .Select(result => $"seed {result.Seed}: {string.Join("; ", result.Violations)}"));
    }

    [Fact]
    public async Task One_seed_is_one_execution_in_every_process()
    {
        var once = await SimulationProcess.RunAsync(first: 7, count: 3);
        var again = await SimulationProcess.RunAsync(first: 7, count: 3);
        // In another place of the process, after other seeds.
        var later = await SimulationProcess.RunAsync(first: 5, count: 5);

        Assert.Equal(3, once.Select(result => result.Hash).Distinct().Count());
        Assert.Equal(once.Select(result => result.Hash), again.Select(result => result.Hash));
        Assert.Equal(once.Select(result => result.Hash), later.Skip(2).Select(result => result.Hash));
    }

    [Theory]
    [InlineData(nameof(WorldKind.Shards))]
    [InlineData(nameof(WorldKind.ShardsWithFallback))]
    public async Task One_seed_with_shards_is_one_execution_in_every_process(string world)
    {
        var once = await SimulationProcess.RunAsync(first: 7, count: 3, Enum.Parse<WorldKind>(world));
        var later = await SimulationProcess.RunAsync(first: 5, count: 5, Enum.Parse<WorldKind>(world));

        Assert.Equal(3, once.Select(result => result.Hash).Distinct().Count());
        Assert.Equal(once.Select(result => result.Hash), later.Skip(2).Select(result => result.Hash));
    }
}
