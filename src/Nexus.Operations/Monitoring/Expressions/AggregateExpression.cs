namespace Nexus.Operations.Monitoring;

/// <summary><c>sum</c>, <c>max</c> and <c>min</c>, grouped by labels and by the target that Prometheus scraped.</summary>
internal sealed record AggregateExpression(string Operator, MetricExpression Value, IReadOnlyList<string> By) : MetricExpression
{
    public override IEnumerable<string> Metrics => Value.Metrics;

    public override IReadOnlyList<string> ResultLabels => By;

    public override TimeSpan Reach => Value.Reach;

    public override string ToPromQl() => $"{Operator} by ({string.Join(", ", TargetLabels.Concat(By))}) ({Value.ToPromQl()})";

    public override IReadOnlyList<MetricSample> Evaluate(MetricWindow window) =>
    [
        .. Value.Evaluate(window).GroupBy(sample => sample.Labels.Keep(By)).Select(group => new MetricSample("", group.Key, Operator switch
        {
            "sum" => group.Sum(sample => sample.Value),
            "count" => group.Count(),
            "max" => group.Max(sample => sample.Value),
            "min" => group.Min(sample => sample.Value),
            _ => throw new InvalidOperationException($"the aggregate {Operator} is unknown"),
        })),
    ];
}
