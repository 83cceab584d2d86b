using System.Globalization;
using System.Text.Json;

namespace Nexus.Faults.Tests;

/// <summary>How often each fault is tried, with which seeds, and where the results go: <c>./test --faults N</c>.</summary>
internal static class FaultRuns
{
    private static readonly JsonSerializerOptions Readable =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs of each fault (<c>NEXUS_FAULT_RUNS</c>).</summary>
    private static int? Count =>
        int.TryParse(Environment.GetEnvironmentVariable("NEXUS_FAULT_RUNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var runs)
            ? runs
            : null;

    /// <summary>A seed that failed, to try it again (<c>NEXUS_FAULT_SEED</c>).</summary>
    private static int? Seed =>
        int.TryParse(Environment.GetEnvironmentVariable("NEXUS_FAULT_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : null;

    /// <summary>The seeds of this run.</summary>
    public static IEnumerable<int> Seeds =>
        Enumerable.Range(0, Count ?? 1).Select(_ => Seed ?? (Count is null ? 1 : Random.Shared.Next(1, 1_000_000_000)));

    /// <summary>Runs the fault, then brings the victim to its end and judges it.</summary>
    /// <param name="fault">Its name in the table of docs/reliability.md.</param>
    /// <param name="create">Makes the bench.</param>
    /// <param name="run">Does what is to be survived; the victim is started before.</param>
    public static async Task RunAsync(string fault, Func<int, Task<FaultBench?>> create, Func<FaultBench, Task> run)
    {
        foreach (var seed in Seeds)
        {
            await using var bench = await create(seed);
            if (bench is null) Assert.Skip("this machine lets nobody mount a file system");
            try
            {
                await bench.StartVictimAsync();
                await bench.WorkAsync(500);
                await run(bench);
                await bench.FinishAsync();
            }
            catch (Exception error) when (error is TimeoutException or InvalidOperationException or Npgsql.NpgsqlException)
            {
                Assert.Fail($"{fault}, seed {seed}: {error}\nrefusals: {string.Join('\n', bench.Ledger.Refusals.Take(20))}");
            }
            var losses = await FaultVerdict.FindLossesAsync(bench);
            var plain = await FaultVerdict.FindPlainSecretsAsync(bench);
            await NoteAsync(fault, seed, bench.Ledger.Acknowledged, losses.Count);
            Assert.True(losses.Count == 0, $"{fault}, seed {seed}: {losses.Count} of {bench.Ledger.Acknowledged} acknowledged "
                + $"writes\n{string.Join('\n', losses.Take(50))}\nrefusals:\n{string.Join('\n', bench.Ledger.Refusals.TakeLast(20))}");
            Assert.True(plain.Length == 0, $"{fault}, seed {seed}: a plain secret is in\n{plain}");
        }
    }

    /// <summary>Adds a row for the table of docs/reliability.md.</summary>
    public static async Task NoteAsync(string fault, int seed, long acknowledged, int lost)
    {
        if (Environment.GetEnvironmentVariable("NEXUS_FAULT_RESULTS") is not { Length: > 0 } file) return;
        await File.AppendAllTextAsync(file, JsonSerializer.Serialize(new { fault, seed, acknowledged, lost }, Readable) + "\n");
    }
}
