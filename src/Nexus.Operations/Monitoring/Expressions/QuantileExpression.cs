using System.Globalization;

namespace Nexus.Operations.Monitoring;

/// <summary><c>histogram_quantile</c> over rates of buckets (promql/quantile.go, bucketQuantile).</summary>
internal sealed record QuantileExpression(double Fraction, MetricExpression Buckets) : MetricExpression
{
    public override IEnumerable<string> Metrics => Buckets.Metrics;

    public override IReadOnlyList<string> ResultLabels => [.. Buckets.ResultLabels.Where(name => name != "le")];

    public override TimeSpan Reach => Buckets.Reach;

    public override string ToPromQl() =>
        $"histogram_quantile({Fraction.ToString("R", CultureInfo.InvariantCulture)}, {Buckets.ToPromQl()})";

    public override IReadOnlyList<MetricSample> Evaluate(MetricWindow window) =>
    [
        .. Buckets.Evaluate(window).GroupBy(sample => sample.Labels.Without("le"))
            .Select(group => new MetricSample("", group.Key, Of(group)))
            .Where(sample => !double.IsNaN(sample.Value)),
    ];

    private double Of(IEnumerable<MetricSample> samples)
    {
        var buckets = samples.Select(sample => (Bound: Bound(sample.Labels["le"]), Count: sample.Value)).OrderBy(bucket => bucket.Bound).ToList();
        if (buckets.Count < 2 || !double.IsPositiveInfinity(buckets[^1].Bound)) return double.NaN;
        for (var i = 1; i < buckets.Count; i++) buckets[i] = (buckets[i].Bound, Math.Max(buckets[i].Count, buckets[i - 1].Count));
        var total = buckets[^1].Count;
        if (!(total > 0)) return double.NaN;
        var rank = Fraction * total;
        var at = buckets.FindIndex(bucket => bucket.Count >= rank);
        if (at == buckets.Count - 1) return buckets[^2].Bound;
        if (at == 0 && buckets[0].Bound <= 0) return buckets[0].Bound;
        var (start, below) = at == 0 ? (0, 0) : (buckets[at - 1].Bound, buckets[at - 1].Count);
        var within = buckets[at].Count - below;
        return start + (buckets[at].Bound - start) * ((rank - below) / within);
    }

    private static double Bound(string le) => le == "+Inf" ? double.PositiveInfinity
        : double.TryParse(le, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) ? bound : double.NaN;
}
