namespace Nexus.Operations.Monitoring;

/// <summary><c>rate</c> and <c>increase</c>, with the extrapolation of Prometheus (promql/functions.go, extrapolatedRate).</summary>
internal sealed record RangeExpression(string Function, MetricSelector Selector, TimeSpan Window) : MetricExpression
{
    public override IEnumerable<string> Metrics => Selector.Metrics;

    public override IReadOnlyList<string> ResultLabels => [];

    public override TimeSpan Reach => Window;

    public override string ToPromQl() => $"{Function}({Selector.ToPromQl()}[{MetricSelector.Duration(Window)}])";

    public override IReadOnlyList<MetricSample> Evaluate(MetricWindow window)
    {
        var results = new List<MetricSample>();
        foreach (var (labels, points) in window.Range(Selector.Name, Window))
        {
            if (points.Count < 2 || !Selector.Selects(labels)) continue;
            var increase = Extrapolate(points, window.Now - Window, window.Now);
            results.Add(new MetricSample("", labels, Function == "rate" ? increase / Window.TotalSeconds : increase));
        }
        return results;
    }

    private static double Extrapolate(List<MetricPoint> points, DateTimeOffset from, DateTimeOffset to)
    {
        var increase = points[^1].Value - points[0].Value;
        // A counter that falls was reset: it has counted from zero since.
        for (var i = 1; i < points.Count; i++)
        {
            if (points[i].Value < points[i - 1].Value) increase += points[i - 1].Value;
        }
        var sampled = (points[^1].At - points[0].At).TotalSeconds;
        var average = sampled / (points.Count - 1);
        var toStart = (points[0].At - from).TotalSeconds;
        var toEnd = (to - points[^1].At).TotalSeconds;
        if (increase > 0 && points[0].Value >= 0) toStart = Math.Min(toStart, sampled * (points[0].Value / increase));
        var covered = sampled + Reach(toStart) + Reach(toEnd);
        return increase * (covered / sampled);

        double Reach(double gap) => gap < average * 1.1 ? gap : average / 2;
    }
}
