namespace Nexus.Failover;

/// <summary>
/// The database's time during an outage: its last reading plus the monotonic time since. A machine whose clock is set back makes no
/// subscription longer and no write older.
/// </summary>
internal sealed class FailoverClock(TimeProvider machine) : TimeProvider
{
    private readonly Lock _gate = new();
    private DateTimeOffset _at = machine.GetUtcNow();
    private long _anchor = machine.GetTimestamp();

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _at + machine.GetElapsedTime(_anchor);
    }

    /// <summary>Sets the clock to that of the database.</summary>
    public void Set(DateTimeOffset now)
    {
        lock (_gate) (_at, _anchor) = (now, machine.GetTimestamp());
    }

    /// <summary>Moves the clock forward to an instant that has passed already; never back.</summary>
    public void Floor(DateTimeOffset at)
    {
        lock (_gate)
        {
            if (_at + machine.GetElapsedTime(_anchor) < at) (_at, _anchor) = (at, machine.GetTimestamp());
        }
    }

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);
}
