using BenchmarkDotNet.Attributes;
using Nexus.Engine;
using Nexus.Sessions;
using OpenTelemetry.Metrics;

namespace Nexus.Bench.Micro;

/// <summary>1,000 saves through the write queue into a store that responds at once, which measures only the queue.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class QueueBenchmarks
{
    private const int Writes = 1000;

    private readonly SaveSession[] _writes =
    [
        .. Enumerable.Range(0, Writes).Select(n => new SaveSession(Workload.ChatId(n), SealedField.Keep, SealedField.Keep, "{}"u8.ToArray(), null))
    ];
    private readonly EngineTelemetry _telemetry = new();
    private WriteQueue _queue = null!;
    private MeterProvider? _metrics;

    /// <summary>Whether OpenTelemetry collects the metrics of the queue.</summary>
    [Params(false, true)]
    public bool IsMetered { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        if (IsMetered) _metrics = MetricsBenchmark.Collect();
        _queue = new WriteQueue(new AnsweringStore(), writers: 2, maxBatchSize: 500, capacity: 10_000, _telemetry);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _metrics?.Dispose();
        _telemetry.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Writes)]
    public async Task<int> SaveAsync()
    {
        var waiting = Array.ConvertAll(_writes, write => _queue.WriteAsync(write, CancellationToken.None));
        var applied = 0;
        foreach (var task in waiting) applied += (await task).IsApplied ? 1 : 0;
        return applied;
    }

    /// <summary>Yields like a store on a server, and reports every write as applied.</summary>
    private sealed class AnsweringStore : IStateWriter
    {
        public ChangeFeed Changes { get; } = new([]);

        public async Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken)
        {
            await Task.Yield();
            var outcomes = new WriteOutcome[writes.Count];
            Array.Fill(outcomes, WriteOutcome.Applied(1, default));
            return outcomes;
        }
    }
}
