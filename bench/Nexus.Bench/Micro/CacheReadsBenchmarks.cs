using BenchmarkDotNet.Attributes;
using Nexus.Engine;
using OpenTelemetry.Metrics;

namespace Nexus.Bench.Micro;

/// <summary>What it costs to count a read from memory, on the thread that reads.</summary>
[ShortRunJob]
public class CacheReadsBenchmarks
{
    private readonly EngineTelemetry _telemetry = new();
    private CacheReads _reads = null!;
    private MeterProvider? _metrics;

    /// <summary>Whether OpenTelemetry collects the metrics of the caches.</summary>
    [Params(false, true)]
    public bool IsMetered { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        if (IsMetered) _metrics = MetricsBenchmark.Collect();
        _reads = _telemetry.ReadsOf("bench");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _metrics?.Dispose();
        _telemetry.Dispose();
    }

    [Benchmark]
    public void Count() => _reads.CountHit();
}
