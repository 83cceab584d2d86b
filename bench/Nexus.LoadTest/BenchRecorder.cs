using HdrHistogram;

namespace Nexus.LoadTest;

/// <summary>Counts and latencies of one variant, recorded by all users concurrently.</summary>
internal sealed class BenchRecorder
{
    private static readonly long LongestMicroseconds = (long)TimeSpan.FromMinutes(10).TotalMicroseconds;

    private readonly LongConcurrentHistogram[] _latencies =
        [.. BenchMix.Kinds.Select(_ => new LongConcurrentHistogram(1, LongestMicroseconds, 3))];

    private readonly long[] _errors = new long[BenchMix.Kinds.Count];
    private string? _firstError;
    private long _operations;
    private bool _isMeasuring;

    /// <summary>The operations of the whole run, including failed ones.</summary>
    public long Operations => Volatile.Read(ref _operations);

    public string? FirstError => _firstError;

    /// <summary>Ends the warm-up: latencies count from now on.</summary>
    public void Begin() => Volatile.Write(ref _isMeasuring, true);

    public void Succeeded(BenchOperation operation, TimeSpan latency)
    {
        if (Volatile.Read(ref _isMeasuring))
            _latencies[(int)operation].RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, LongestMicroseconds));
        Interlocked.Increment(ref _operations);
    }

    public void Failed(BenchOperation operation, Exception error)
    {
        Interlocked.Increment(ref _errors[(int)operation]);
        Interlocked.CompareExchange(ref _firstError, $"{error.GetType().Name}: {error.Message}", null);
        Interlocked.Increment(ref _operations);
    }

    public IReadOnlyList<OperationReport> ByKind(TimeSpan elapsed) => [.. BenchMix.Kinds.Select(kind =>
    {
        var (p50, p95, p99, count) = Percentiles(_latencies[(int)kind]);
        return new OperationReport(kind.ToString().ToLowerInvariant(), count / elapsed.TotalSeconds, p50, p95, p99, count, _errors[(int)kind]);
    })];

    public (double P50, double P95, double P99, long Count) Overall()
    {
        var all = new LongHistogram(1, LongestMicroseconds, 3);
        foreach (var histogram in _latencies) all.Add(histogram);
        return Percentiles(all);
    }

    public long Errors => _errors.Sum();

    private static (double P50, double P95, double P99, long Count) Percentiles(HistogramBase histogram) => histogram.TotalCount == 0
        ? (0, 0, 0, 0)
        : (
            histogram.GetValueAtPercentile(50) / 1000.0,
            histogram.GetValueAtPercentile(95) / 1000.0,
            histogram.GetValueAtPercentile(99) / 1000.0,
            histogram.TotalCount);
}
