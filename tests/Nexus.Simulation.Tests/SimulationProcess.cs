using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Nexus.Simulation.Tests;

/// <summary>The program of the simulation. It needs a process whose thread pool has one worker.</summary>
internal static class SimulationProcess
{
    /// <summary>An option of <c>./test</c>; null where it is not given.</summary>
    public static long? ReadVariable(string name) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Runs seeds in one process; those after a failure are run as well.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="world">What the instances are connected to.</param>
    public static Task<IReadOnlyList<SimulationResult>> RunAsync(long first, int count, WorldKind world = WorldKind.Server) =>
        StartAsync<SimulationResult>(
            [first.ToString(CultureInfo.InvariantCulture), count.ToString(CultureInfo.InvariantCulture), .. OptionsOf(world)]);

    private static string[] OptionsOf(WorldKind world) => world switch
    {
        WorldKind.Shards => ["--shards"],
        WorldKind.ShardsWithFallback => ["--shards", "--fallback"],
        _ => [],
    };

    /// <summary>Searches for planted defects.</summary>
    /// <param name="first">The first seed, or <c>known</c> for those that are recorded.</param>
    /// <param name="count">The most seeds to try for each.</param>
    /// <param name="defect">Its name, or <c>all</c>.</param>
    public static Task<IReadOnlyList<PlantedFinding>> FindAsync(string first, int count, string defect) =>
        StartAsync<PlantedFinding>(first, count.ToString(CultureInfo.InvariantCulture), "--planted", defect);

    private static async Task<IReadOnlyList<TResult>> StartAsync<TResult>(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) != "dotnet") start.FileName = "dotnet";
        start.ArgumentList.Add(typeof(SimulationRun).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment[SingleWorker.Variable] = "1";
        // A process that is never idle would run code that is not optimised for most of its time: 0.9 of the processor time of 120 seeds.
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "0";
        // Each page of compiled code is mapped twice otherwise: a third of the time of the compiler.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            List<TResult> results = [];
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
                results.Add(JsonSerializer.Deserialize<TResult>(line)!);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode is 0 or 1, await error);
            return results;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>Runs seeds in as many processes as there are processors.</summary>
    public static async Task<IReadOnlyList<SimulationResult>> RunInParallelAsync(long first, int count, WorldKind world)
    {
        var processes = Math.Clamp(Environment.ProcessorCount, 1, count);
        var share = (count + processes - 1) / processes;
        var runs = Enumerable.Range(0, processes).Select(n => (First: first + (n * share), Count: Math.Min(share, count - (n * share))))
            .Where(run => run.Count > 0);
        return [.. (await Task.WhenAll(runs.Select(run => RunAsync(run.First, run.Count, world)))).SelectMany(results => results)];
    }
}
