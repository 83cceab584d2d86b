namespace Nexus.Faults.Tests.Soak;

/// <summary>Whether a measure grows: its slope against its noise.</summary>
/// <param name="Rise">What the slope adds up to over the judged part.</param>
/// <param name="Allowed">A rise that is none: the tolerance, or three times the noise where that is more.</param>
/// <param name="Score">
/// Mann and Kendall's: how far the measure prefers later values above earlier ones, in standard deviations
/// (https://doi.org/10.2307/1907187).
/// </param>
internal sealed record Trend(double Rise, double Allowed, double Score)
{
    /// <summary>Left out at the start: caches fill, code is compiled, tables get their free space.</summary>
    private const double WarmUp = 1.0 / 3;

    /// <summary>Medians of as many parts are judged, so that a single fault moves one of them.</summary>
    private const int Parts = 40;

    private const double CriticalScore = 3;

    /// <summary>Makes the median of absolute deviations a standard deviation, for noise that is normal.</summary>
    private const double OfNormalNoise = 1.4826;

    public bool IsUpwards => Score > CriticalScore && Rise > Allowed;

    /// <param name="points">Seconds since the start, and the values.</param>
    /// <param name="tolerance">A rise that does not matter, in the unit of the values.</param>
    /// <param name="notBefore">Seconds: what grows until then does so by design.</param>
    /// <returns>Null for fewer than eight points after the start.</returns>
    public static Trend? Of(IReadOnlyList<(double At, double Value)> points, double tolerance, double notBefore = 0)
    {
        if (points.Count == 0) return null;
        var from = Math.Max(notBefore, points[0].At + ((points[^1].At - points[0].At) * WarmUp));
        var judged = points.Where(point => point.At >= from).ToList();
        if (judged.Count < 8) return null;
        var medians = judged.Chunk(Math.Max(1, judged.Count / Parts))
            .Select(part => (At: Median([.. part.Select(point => point.At)]), Value: Median([.. part.Select(point => point.Value)]))).ToList();

        List<double> slopes = [];
        var balance = 0;
        for (var later = 1; later < medians.Count; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                var change = medians[later].Value - medians[earlier].Value;
                balance += Math.Sign(change);
                slopes.Add(change / (medians[later].At - medians[earlier].At));
            }
        }
        var slope = Median(slopes);
        var level = Median([.. medians.Select(point => point.Value - (slope * point.At))]);
        var noise = OfNormalNoise * Median([.. medians.Select(point => Math.Abs(point.Value - level - (slope * point.At)))]);
        var n = medians.Count;
        var deviation = Math.Sqrt(n * (n - 1.0) * ((2 * n) + 5) / 18);
        return new Trend(slope * (medians[^1].At - medians[0].At), Math.Max(tolerance, 3 * noise), (balance - Math.Sign(balance)) / deviation);
    }

    public static double Median(List<double> values)
    {
        values.Sort();
        return values.Count % 2 == 1 ? values[values.Count / 2] : (values[(values.Count / 2) - 1] + values[values.Count / 2]) / 2;
    }
}
