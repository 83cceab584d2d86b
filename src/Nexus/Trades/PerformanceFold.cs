using System.Numerics;

namespace Nexus.Trades;

/// <summary>Makes the figures of each group of its segments, which come group by group and in order of time.</summary>
/// <param name="limit">The most groups to keep: those with the largest total PnL.</param>
internal sealed class PerformanceFold(int limit)
{
    private readonly List<(PerformanceGroup Group, BigInteger Pnl)> _groups = [];
    private TradeSegment? _sum;
    private TradingDays _days;
    private long _count;

    public void Add(TradeSegment segment)
    {
        if (_sum is not null && _sum.Name != segment.Name) EndGroup();
        // The running total starts at 0, which counts as its first peak.
        _sum = (_sum ?? new TradeSegment { Name = segment.Name }).Then(segment);
        if (segment.Start is { } start) _days.Add(start, segment.Pnl);
    }

    /// <summary>The figures of the only group, also where there is no trade.</summary>
    public TradePerformance ToPerformance() => PerformanceFigures.Of(_sum ?? new TradeSegment(), _days.End());

    public PerformanceGroups ToGroups()
    {
        if (_sum is not null) EndGroup();
        Keep();
        return new PerformanceGroups([.. _groups.Select(kept => kept.Group)], _count);
    }

    private void EndGroup()
    {
        _groups.Add((new PerformanceGroup(_sum!.Name, PerformanceFigures.Of(_sum, _days.End())), _sum.Pnl));
        (_sum, _days, _count) = (null, default, _count + 1);
        if (_groups.Count >= 2 * limit) Keep();
    }

    private void Keep()
    {
        _groups.Sort(static (one, other) =>
        {
            var byPnl = other.Pnl.CompareTo(one.Pnl);
            var (name, others) = (one.Group.Name, other.Group.Name);
            return byPnl != 0 ? byPnl : name is null ? 1 : others is null ? -1 : string.CompareOrdinal(name, others);
        });
        if (_groups.Count > limit) _groups.RemoveRange(limit, _groups.Count - limit);
    }
}

/// <summary>The PnL of each UTC day, of segments in order of time that never reach over the end of a day.</summary>
internal struct TradingDays
{
    private long _first;
    private long _last;
    private BigInteger _today;
    private bool _isBegun;

    /// <summary>The days from the first exit to the last.</summary>
    public long Count { get; private set; }

    public BigInteger Sum { get; private set; }

    public BigInteger Squares { get; private set; }

    public void Add(DateTimeOffset start, BigInteger pnl)
    {
        // PostgreSQL has instants outside of the calendar, which a legacy table may hold.
        if (start == DateTimeOffset.MinValue || start == DateTimeOffset.MaxValue) return;
        var day = start.UtcTicks / TimeSpan.TicksPerDay;
        if (!_isBegun) (_first, _last, _isBegun) = (day, day, true);
        if (day != _last) EndDay();
        (_last, _today) = (day, _today + pnl);
    }

    public TradingDays End()
    {
        if (!_isBegun) return this;
        EndDay();
        Count = _last - _first + 1;
        return this;
    }

    private void EndDay()
    {
        Sum += _today;
        Squares += _today * _today;
        _today = 0;
    }
}
