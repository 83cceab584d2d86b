using System.Diagnostics.Metrics;
using Nexus.Telemetry;

namespace Nexus.Server.Dashboard;

/// <summary>Counts the operations of this server as they end, from the engine's own metrics. The end of one costs two additions.</summary>
internal sealed class OperationMeter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _ours;
    private DurationCounts _durations = new();
    private long _errors;
    private CacheTotals _reads;
    private CacheTotals _readsBefore;

    public OperationMeter(IMeterFactory ours)
    {
        _ours = ours;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != NexusTelemetry.MeterName || !ReferenceEquals(instrument.Meter.Scope, _ours)) return;
            if (instrument.Name is "nexus.operation.duration" or "nexus.cache.reads") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Count(seconds, tags));
        _listener.SetMeasurementEventCallback<long>((_, reads, tags, _) => Count(reads, tags));
    }

    public void Start() => _listener.Start();

    /// <summary>What was counted since the last call. For one caller at a time.</summary>
    public OperationCounts Take()
    {
        // The caches report totals, and those of a database that was closed are gone.
        _reads = default;
        _listener.RecordObservableInstruments();
        var (hits, misses) = (Math.Max(0, _reads.Hits - _readsBefore.Hits), Math.Max(0, _reads.Misses - _readsBefore.Misses));
        _readsBefore = _reads;
        return new OperationCounts(Interlocked.Exchange(ref _durations, new DurationCounts()), Interlocked.Exchange(ref _errors, 0), hits, misses);
    }

    public void Dispose() => _listener.Dispose();

    private void Count(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Volatile.Read(ref _durations).Add(seconds);
        foreach (var tag in tags)
        {
            if (tag.Key == "error.type") Interlocked.Increment(ref _errors);
        }
    }

    private void Count(long reads, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag.Key != "nexus.cache.result") continue;
            if (tag.Value is "hit") _reads.Hits += reads;
            else _reads.Misses += reads;
        }
    }

    private record struct CacheTotals(long Hits, long Misses);
}

/// <summary>What ended in one interval.</summary>
internal readonly record struct OperationCounts(DurationCounts Durations, long Errors, long Hits, long Misses);
