namespace Nexus.Operations.Monitoring;

/// <summary>The results of the left side whose target and common labels the right side has too.</summary>
internal sealed record AndExpression(MetricExpression Left, MetricExpression Right) : MetricExpression
{
    public override IEnumerable<string> Metrics => Left.Metrics.Concat(Right.Metrics);

    public override IReadOnlyList<string> ResultLabels => Left.ResultLabels;

    private string[] Common => [.. Left.ResultLabels.Intersect(Right.ResultLabels, StringComparer.Ordinal)];

    public override TimeSpan Reach => Left.Reach > Right.Reach ? Left.Reach : Right.Reach;

    public override string ToPromQl() =>
        $"({Left.ToPromQl()} and on ({string.Join(", ", (Left is AbsentExpression ? [] : TargetLabels).Concat(Common))}) {Right.ToPromQl()})";

    public override IReadOnlyList<MetricSample> Evaluate(MetricWindow window)
    {
        var common = Common;
        var right = Right.Evaluate(window).Select(sample => sample.Labels.Keep(common)).ToHashSet();
        return [.. Left.Evaluate(window).Where(sample => right.Contains(sample.Labels.Keep(common)))];
    }
}
