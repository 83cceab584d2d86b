namespace Nexus.Operations.Monitoring;

/// <summary>A series of <see cref="IMetricHistory"/>: one number at each moment, computed from the exposed metrics.</summary>
/// <param name="Name">Such as <c>operation_p99</c>.</param>
/// <param name="Unit">The unit of its values: <c>1/s</c>, <c>s</c>, <c>ratio</c>, <c>bytes</c> or empty for a count.</param>
/// <param name="Value">How it is computed. With several results the sum is taken.</param>
public sealed record ChartSeries(string Name, string Unit, MetricExpression Value);
