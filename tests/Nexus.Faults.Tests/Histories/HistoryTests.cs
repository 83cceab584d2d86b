using Nexus.TestKit;

namespace Nexus.Faults.Tests;

/// <summary>
/// Three instances on a real server, of which everything fails again and again. Every call is recorded with its begin and its end, and the histories
/// are checked. <c>./test --faults N</c> repeats it with random seeds.
/// </summary>
public sealed class HistoryTests
{
    private const int Faults = 6;
    private const int CallsBetween = 100;

    [Fact]
    public async Task What_the_callers_were_told_is_true()
    {
        foreach (var seed in FaultRuns.Seeds)
        {
            await using var bench = await HistoryBench.CreateAsync(seed);
            var faults = Enumerable.Range(0, Faults).ToArray();
            bench.Random.Shuffle(faults);
            foreach (var fault in faults)
            {
                await bench.WorkAsync(CallsBetween);
                await FailAsync(bench, fault);
            }
            await bench.WorkAsync(CallsBetween);
            await bench.FinishAsync();

            var judge = new HistoryJudge(bench.History, await bench.ReadAsync());
            var violations = judge.Judge();

            var calls = bench.History.Calls;
            await FaultRuns.NoteAsync("six faults of three instances, with checked histories", seed, calls.Count(call => call.IsAcknowledged),
                violations.Count);
            Assert.True(violations.Count == 0,
                $"seed {seed}, {calls.Count} calls{Draw(judge.Page, seed)}:\n{string.Join('\n', violations.Take(20))}");
            Assert.Contains(calls, call => call.Result == "spooled");
        }
    }

    private static async Task FailAsync(HistoryBench bench, int fault)
    {
        var (random, instance) = (bench.Random, bench.Random.Next(HistoryBench.Instances));
        var network = bench.Network(instance);
        switch (fault)
        {
            case 0:
                await bench.Cluster.KillAsync();
                await Task.Delay(random.Next(200, 2500));
                await bench.Cluster.RestartAsync();
                break;
            case 1:
                await bench.KillAsync(instance);
                await bench.StartAsync(instance);
                break;
            case 2:
                bench.Victim(instance).Signal(ChildProcess.SigStop);
                await Task.Delay(random.Next(500, 4500));
                bench.Victim(instance).Signal(ChildProcess.SigCont);
                break;
            case 3:
                network.Hold();
                await Task.Delay(random.Next(500, 5000));
                network.Release();
                break;
            case 4:
                var gate = new Lock();
                network.Judge = (_, _) =>
                {
                    lock (gate) return random.Next(20) switch { 0 => Verdict.Cut, 1 => Verdict.PassThenCut, _ => Verdict.Pass };
                };
                await bench.WorkAsync(80);
                network.Judge = null;
                break;
            default:
                network.Refusing = true;
                network.CutAll();
                await Task.Delay(random.Next(200, 3000));
                network.Refusing = false;
                break;
        }
    }

    private static string Draw(string? page, int seed)
    {
        if (page is null) return "";
        Directory.CreateDirectory("TestResults");
        var file = Path.GetFullPath(Path.Combine("TestResults", $"history-{seed}.html"));
        File.WriteAllText(file, page);
        return $", drawn in {file}";
    }
}
