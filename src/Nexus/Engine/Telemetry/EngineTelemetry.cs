using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Nexus.Telemetry;

namespace Nexus.Engine;

/// <summary>
/// What one database reports: its operations and commits as metrics and traces, the state of its queue, caches and failover as metrics.
/// </summary>
/// <remarks>Without a listener each call costs a comparison.</remarks>
internal sealed class EngineTelemetry : IDisposable
{
    private static readonly ActivitySource Source = new(NexusTelemetry.ActivitySourceName, NexusTelemetry.Version);

    /// <summary>
    /// Boundaries in seconds: https://opentelemetry.io/docs/specs/semconv/db/database-metrics/#metric-dbclientoperationduration, and 0.25, the
    /// threshold of the alert about slow operations.
    /// </summary>
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 10],
    };

    private static readonly InstrumentAdvice<int> BatchSizes = new()
    {
        HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 10_000],
    };

    private readonly Histogram<double> _operations;
    private readonly Histogram<double> _commits;
    private readonly Histogram<int> _batchSizes;
    private readonly ObservableCounter<long> _cacheReads;
    private readonly ConcurrentBag<CacheReads> _caches = [];

    /// <param name="factory">Makes the meter in a host; without one the meter belongs to the database and ends with it.</param>
    /// <param name="key">Tells several databases of one host apart; null for the only one.</param>
    public EngineTelemetry(IMeterFactory? factory = null, string? key = null)
    {
        var options = new MeterOptions(NexusTelemetry.MeterName)
        {
            Version = NexusTelemetry.Version,
            Tags = key is null ? null : [new("nexus.database.key", key)],
        };
        Meter = factory?.Create(options) ?? new Meter(options);
        _operations = Meter.CreateHistogram("nexus.operation.duration", "s", "Duration of a write as its caller sees it.", advice: Durations);
        _commits = Meter.CreateHistogram("nexus.commit.duration", "s", "Duration of applying one batch of writes to the store.", advice: Durations);
        _batchSizes = Meter.CreateHistogram("nexus.commit.batch_size", "{write}", "Writes in one batch.", advice: BatchSizes);
        _cacheReads = Meter.CreateObservableCounter("nexus.cache.reads", () => _caches.SelectMany(cache => cache.Measure()), "{read}",
            "Reads by whether memory served them.");
    }

    /// <summary>Whether there is a listener for operations or commits.</summary>
    public bool IsObserved => _operations.Enabled || _commits.Enabled || _batchSizes.Enabled || Source.HasListeners();

    /// <summary>Registers what is read when it is asked for.</summary>
    public void ObserveQueue(Func<int> queued) =>
        Meter.CreateObservableGauge("nexus.queue.pending", queued, "{write}", "Writes that wait or are in flight.");

    /// <summary>For instruments of parts that the engine does not know.</summary>
    public Meter Meter { get; }

    public CacheReads ReadsOf(string cache)
    {
        var reads = new CacheReads(_cacheReads, cache);
        _caches.Add(reads);
        return reads;
    }

    /// <summary>Reports a write from its call to its outcome.</summary>
    public async ValueTask<WriteOutcome> OperateAsync(Write write, Func<Write, CancellationToken, ValueTask<WriteOutcome>> run,
        CancellationToken cancellationToken)
    {
        var name = OperationNames.Of(write);
        using var activity = Source.StartActivity(name);
        activity?.SetTag("nexus.operation.name", name);
        var started = Stopwatch.GetTimestamp();
        string? error = null;
        try
        {
            var outcome = await run(write, cancellationToken).ConfigureAwait(false);
            error = outcome.IsApplied ? null : OperationNames.Of(outcome);
            return outcome;
        }
        catch (Exception failure)
        {
            error = OperationNames.Of(failure);
            throw;
        }
        finally
        {
            Record(_operations, started, name, error);
            Fail(activity, error);
        }
    }

    /// <summary>Reports a batch from its start to its commit.</summary>
    /// <param name="count">Writes in it.</param>
    /// <param name="callers">The traces of those who wait for it.</param>
    /// <param name="apply">Applies it.</param>
    public async Task<WriteOutcome[]> CommitAsync(int count, IEnumerable<ActivityContext> callers, Func<Task<WriteOutcome[]>> apply)
    {
        const string Name = "commit";
        // The caller that finds the writer idle drives it on its own thread, but a commit that many share does not belong to its trace.
        if (Source.HasListeners()) Activity.Current = null;
        using var activity = Source.HasListeners()
            ? Source.StartActivity(Name, ActivityKind.Internal, default(ActivityContext), [new("db.operation.batch.size", count)],
                [.. callers.Select(caller => new ActivityLink(caller))])
            : null;
        var started = Stopwatch.GetTimestamp();
        string? error = null;
        try
        {
            return await apply().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            error = OperationNames.Of(failure);
            throw;
        }
        finally
        {
            _batchSizes.Record(count);
            Record(_commits, started, name: null, error);
            Fail(activity, error);
        }
    }

    /// <summary>A meter of a factory ends with its host.</summary>
    public void Dispose() => Meter.Dispose();

    private static void Record(Histogram<double> histogram, long started, string? name, string? error)
    {
        if (!histogram.Enabled) return;
        var tags = new TagList();
        if (name is not null) tags.Add("nexus.operation.name", name);
        if (error is not null) tags.Add("error.type", error);
        histogram.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
    }

    private static void Fail(Activity? activity, string? error)
    {
        if (activity is null || error is null) return;
        activity.SetStatus(ActivityStatusCode.Error);
        activity.SetTag("error.type", error);
    }
}
