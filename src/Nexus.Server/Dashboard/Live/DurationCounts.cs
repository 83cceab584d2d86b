namespace Nexus.Server.Dashboard;

/// <summary>Durations in buckets whose bounds double in four steps, from 16 µs to 70 minutes. A quantile is exact to a fifth of its value.</summary>
internal sealed class DurationCounts
{
    private const int StepsPerDoubling = 4;
    private const double Smallest = 16e-6;
    private const int Buckets = 28 * StepsPerDoubling;

    private readonly int[] _counts = new int[Buckets];

    public long Total
    {
        get
        {
            var total = 0L;
            foreach (var count in _counts) total += count;
            return total;
        }
    }

    public void Add(double seconds)
    {
        var step = seconds <= Smallest ? 0 : (int)(Math.Log2(seconds / Smallest) * StepsPerDoubling) + 1;
        Interlocked.Increment(ref _counts[Math.Min(step, Buckets - 1)]);
    }

    public void Add(DurationCounts other)
    {
        for (var i = 0; i < Buckets; i++) _counts[i] += other._counts[i];
    }

    /// <summary>The duration that this share of the operations did not exceed, in seconds; null without operations.</summary>
    public double? Quantile(double share)
    {
        var total = Total;
        if (total == 0) return null;
        var rank = (long)Math.Ceiling(share * total);
        for (var i = 0; i < Buckets; i++)
        {
            rank -= _counts[i];
            if (rank <= 0) return Smallest * Math.Pow(2, (double)i / StepsPerDoubling);
        }
        return null;
    }
}
