using Nexus.Failover;

namespace Nexus.Tests.Failover;

/// <summary>The database's time during an outage.</summary>
public sealed class FallbackClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_goes_on_from_the_databases_last_word_whatever_happens_to_the_machines_clock()
    {
        var machine = new Machine { Now = Noon };
        var clock = new FailoverClock(machine);
        clock.Set(Noon.AddMinutes(5));
        machine.Uptime += TimeSpan.FromSeconds(10);
        Assert.Equal(Noon.AddMinutes(5).AddSeconds(10), clock.GetUtcNow());

        machine.Now = Noon.AddYears(-1);
        machine.Uptime += TimeSpan.FromSeconds(10);
        Assert.Equal(Noon.AddMinutes(5).AddSeconds(20), clock.GetUtcNow());
    }

    [Fact]
    public void It_is_never_before_what_was_spooled()
    {
        var clock = new FailoverClock(new Machine { Now = Noon });
        clock.Floor(Noon.AddHours(-1));
        Assert.Equal(Noon, clock.GetUtcNow());
        clock.Floor(Noon.AddHours(1));
        Assert.Equal(Noon.AddHours(1), clock.GetUtcNow());
    }

    [Fact]
    public void It_goes_on_from_what_was_spooled_and_never_falls_behind_itself()
    {
        var machine = new Machine { Now = Noon };
        var clock = new FailoverClock(machine);
        machine.Uptime += TimeSpan.FromHours(2);
        clock.Floor(Noon.AddHours(1));
        Assert.Equal(Noon.AddHours(2), clock.GetUtcNow());

        clock.Floor(Noon.AddHours(3));
        machine.Uptime += TimeSpan.FromHours(1);
        Assert.Equal(Noon.AddHours(4), clock.GetUtcNow());
    }

    [Fact]
    public void Its_timestamps_zone_and_timers_are_the_machines()
    {
        var machine = new Machine { Now = Noon, Uptime = TimeSpan.FromTicks(42) };
        var clock = new FailoverClock(machine);

        Assert.Equal((42, TimeSpan.TicksPerSecond), (clock.GetTimestamp(), clock.TimestampFrequency));
        Assert.Same(machine.LocalTimeZone, clock.LocalTimeZone);
        using var timer = clock.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Assert.Same(machine.LastTimer, timer);
    }

    /// <summary>A clock that can be set, beside a counter that only goes on.</summary>
    private sealed class Machine : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public TimeSpan Uptime { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("machine", TimeSpan.FromHours(1), null, null);

        public ITimer? LastTimer { get; private set; }

        public override long GetTimestamp() => Uptime.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            LastTimer = base.CreateTimer(callback, state, dueTime, period);
    }
}
