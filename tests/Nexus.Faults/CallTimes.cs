namespace Nexus.Faults;

/// <summary>How long the calls took that succeeded since they were last taken.</summary>
internal sealed class CallTimes
{
    private readonly Lock _gate = new();
    private List<long> _microseconds = [];

    public void Add(TimeSpan time)
    {
        lock (_gate) _microseconds.Add((long)time.TotalMicroseconds);
    }

    /// <summary>The number of calls, and their median and 99th percentile in microseconds; zeros for none.</summary>
    public (int Calls, long Median, long Slow) Take()
    {
        List<long> taken;
        lock (_gate) (taken, _microseconds) = (_microseconds, []);
        if (taken.Count == 0) return default;
        taken.Sort();
        return (taken.Count, taken[taken.Count / 2], taken[taken.Count * 99 / 100]);
    }
}
