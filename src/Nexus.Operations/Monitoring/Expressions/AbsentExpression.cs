namespace Nexus.Operations.Monitoring;

/// <summary><c>absent</c>: one result if the selector has none.</summary>
internal sealed record AbsentExpression(MetricSelector Selector) : MetricExpression
{
    public override IEnumerable<string> Metrics => Selector.Metrics;

    public override IReadOnlyList<string> ResultLabels => [.. Selector.Labels.Pairs.Select(pair => pair.Key)];

    public override TimeSpan Reach => TimeSpan.Zero;

    public override string ToPromQl() => $"absent({Selector.ToPromQl()})";

    public override IReadOnlyList<MetricSample> Evaluate(MetricWindow window) =>
        Selector.Evaluate(window).Count > 0 ? [] : [new MetricSample("", Selector.Labels, 1)];
}
