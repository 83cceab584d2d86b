using Microsoft.Extensions.Hosting;

namespace Nexus.Server.Dashboard;

/// <summary>
/// The figures of the last two seconds and of the last hour, of this instance. The hour is kept in memory, one sample every ten seconds.
/// </summary>
internal sealed class FigureRecorder(NexusDb db, OperationMeter meter, TimeProvider clock) : IHostedService, IDisposable
{
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    /// <summary>Samples of the hour.</summary>
    public const int HourSamples = 360;

    private const int TicksPerSample = 5;

    /// <summary>The time between two samples of the hour.</summary>
    public static readonly TimeSpan SampleEvery = Tick * TicksPerSample;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Queue<FigureSample> _hour = new();
    private Task _running = Task.CompletedTask;

    /// <summary>The last two seconds.</summary>
    public FigureSample Latest { get; private set; } = new(default, 0, 0, null, null, 0, null, 0);

    /// <summary>Raised after each interval, with <see cref="Latest"/> renewed.</summary>
    public event Action? Ticked;

    /// <summary>The last hour, oldest first; less after a start.</summary>
    public IReadOnlyList<FigureSample> Hour
    {
        get
        {
            lock (_gate) return [.. _hour];
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        meter.Start();
        _running = RecordAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        meter.Dispose();
    }

    private async Task RecordAsync()
    {
        using var timer = new PeriodicTimer(Tick, clock);
        var whole = new Interval(clock.GetUtcNow());
        for (var ticks = 1; await timer.WaitForNextTickAsync(_stopping.Token); ticks++)
        {
            var now = clock.GetUtcNow();
            var counts = meter.Take();
            Latest = new Interval(now - Tick).Add(counts).ToSample(now, db);
            whole.Add(counts);
            if (ticks % TicksPerSample == 0)
            {
                Keep(whole.ToSample(now, db));
                whole = new Interval(now);
            }
            Ticked?.Invoke();
        }
    }

    private void Keep(FigureSample sample)
    {
        lock (_gate)
        {
            _hour.Enqueue(sample);
            if (_hour.Count > HourSamples) _hour.Dequeue();
        }
    }

    private sealed class Interval(DateTimeOffset start)
    {
        private readonly DurationCounts _durations = new();
        private long _errors;
        private long _hits;
        private long _misses;

        public Interval Add(OperationCounts counts)
        {
            _durations.Add(counts.Durations);
            (_errors, _hits, _misses) = (_errors + counts.Errors, _hits + counts.Hits, _misses + counts.Misses);
            return this;
        }

        public FigureSample ToSample(DateTimeOffset now, NexusDb db)
        {
            var seconds = Math.Max((now - start).TotalSeconds, 0.001);
            var reads = _hits + _misses;
            return new FigureSample(
                now, _durations.Total / seconds, _errors / seconds, _durations.Quantile(0.5), _durations.Quantile(0.99), db.QueuedWrites,
                reads == 0 ? null : (double)_hits / reads, db.Fallback?.Pending ?? 0);
        }
    }
}
