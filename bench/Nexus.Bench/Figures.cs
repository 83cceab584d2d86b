namespace Nexus.Bench;

/// <summary>Figures of one variant.</summary>
internal sealed record Figures(string Way, double PerSecond, double P50Ms, double P99Ms, long AllocatedPerOperation)
{
    public static void Begin(string title)
    {
        Console.WriteLine(title);
        Console.WriteLine("  way                       /s    p50 ms    p99 ms    bytes allocated each");
    }

    public Figures Print()
    {
        Console.WriteLine($"  {Way,-16} {PerSecond,11:0} {P50Ms,9:0.00} {P99Ms,9:0.00} {AllocatedPerOperation,10}");
        return this;
    }

    /// <summary>Compares this variant to others of the same run.</summary>
    public void Compare(params ReadOnlySpan<Figures> others)
    {
        foreach (var other in others)
            Console.WriteLine($"  {Way} / {other.Way}: {PerSecond / other.PerSecond:0.00}x the rate, {P50Ms / other.P50Ms:0.00}x the p50");
    }
}
