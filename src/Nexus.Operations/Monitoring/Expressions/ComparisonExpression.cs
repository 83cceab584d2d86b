using System.Globalization;

namespace Nexus.Operations.Monitoring;

/// <summary>Only the results that compare with a number as asked. A value that is not a number never does.</summary>
internal sealed record ComparisonExpression(MetricExpression Value, MetricComparison Comparison, double Number) : MetricExpression
{
    public override IEnumerable<string> Metrics => Value.Metrics;

    public override IReadOnlyList<string> ResultLabels => Value.ResultLabels;

    public override TimeSpan Reach => Value.Reach;

    public override string ToPromQl() =>
        $"({Value.ToPromQl()} {(Comparison == MetricComparison.Above ? ">" : "<")} {Number.ToString("R", CultureInfo.InvariantCulture)})";

    public override IReadOnlyList<MetricSample> Evaluate(MetricWindow window) =>
        [.. Value.Evaluate(window).Where(sample => Holds(Comparison, sample.Value, Number))];

    internal static bool Holds(MetricComparison comparison, double value, double number) =>
        comparison == MetricComparison.Above ? value > number : value < number;
}
