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

    /// <summary>A clock that can be set, beside a counter that only goes on.</summary>
    private sealed class Machine : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public TimeSpan Uptime { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Uptime.Ticks;
    }
}
