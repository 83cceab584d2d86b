namespace Nexus.Simulation;

/// <summary>The clocks of one machine: a monotonic one that all machines share, and a wall clock that may jump.</summary>
/// <param name="scheduler">Keeps the time.</param>
/// <param name="owner">Whose timers they are; null for the world's.</param>
internal sealed class SimulatedClock(Scheduler scheduler, IEventOwner? owner) : TimeProvider
{
    /// <summary>The instant at which every simulation begins.</summary>
    public static readonly DateTimeOffset Begin = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How far the wall clock is ahead.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => Begin + TimeSpan.FromTicks(scheduler.Now) + Offset;

    public override long GetTimestamp() => scheduler.Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(scheduler, owner, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Scheduler scheduler, IEventOwner? owner, TimerCallback callback, object? state) : ITimer
    {
        private int _generation;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _generation++;
            if (dueTime != Timeout.InfiniteTimeSpan) Schedule(dueTime, period, _generation);
            return true;
        }

        public void Dispose() => _generation++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Schedule(TimeSpan due, TimeSpan period, int generation) => scheduler.After(due, null, owner, () =>
        {
            if (generation != _generation) return;
            if (period > TimeSpan.Zero) Schedule(period, period, generation);
            callback(state);
        });
    }
}
