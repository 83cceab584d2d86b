namespace Nexus.Operations.Monitoring;

/// <summary>
/// An expression over metrics: the part of PromQL that rules and charts need. It is evaluated in this process and written as PromQL from the same
/// object, so that both mean the same. Semantics: https://prometheus.io/docs/prometheus/2.42/querying/operators/.
/// </summary>
public abstract record MetricExpression
{
    /// <summary>What Prometheus adds to each series of a scrape. Kept in aggregates; in this process no series has them.</summary>
    private protected static readonly string[] TargetLabels = ["job", "instance"];

    /// <summary>The expression in PromQL.</summary>
    public abstract string ToPromQl();

    /// <summary>The result over the newest round.</summary>
    public abstract IReadOnlyList<MetricSample> Evaluate(MetricWindow window);

    /// <summary>The metrics that it reads.</summary>
    public abstract IEnumerable<string> Metrics { get; }

    /// <summary>The label names of its results, without those that Prometheus adds.</summary>
    public abstract IReadOnlyList<string> ResultLabels { get; }

    /// <summary>How far back it reads.</summary>
    public abstract TimeSpan Reach { get; }

    /// <summary><c>sum by</c>.</summary>
    public MetricExpression Sum(params string[] by) => new AggregateExpression("sum", this, by);

    /// <summary><c>max by</c>.</summary>
    public MetricExpression Max(params string[] by) => new AggregateExpression("max", this, by);

    /// <summary><c>min by</c>.</summary>
    public MetricExpression Min(params string[] by) => new AggregateExpression("min", this, by);

    /// <summary><c>count by</c>.</summary>
    public MetricExpression Count(params string[] by) => new AggregateExpression("count", this, by);

    /// <summary>The quotient of series with the same labels.</summary>
    public MetricExpression Over(MetricExpression divisor) => new BinaryExpression("/", this, divisor);

    /// <summary>The sum of series with the same labels.</summary>
    public MetricExpression Plus(MetricExpression other) => new BinaryExpression("+", this, other);

    /// <summary>The difference of series with the same labels.</summary>
    public MetricExpression Minus(MetricExpression other) => new BinaryExpression("-", this, other);

    /// <summary>Only the results above a number.</summary>
    public MetricExpression Above(double number) => new ComparisonExpression(this, MetricComparison.Above, number);

    /// <summary>Only the results below a number.</summary>
    public MetricExpression Below(double number) => new ComparisonExpression(this, MetricComparison.Below, number);

    /// <summary>Only the results whose labels another expression has too.</summary>
    public MetricExpression And(MetricExpression other) => new AndExpression(this, other);

    /// <summary>A quantile of histogram buckets that are grouped by <c>le</c>.</summary>
    /// <param name="quantile">From 0 to 1.</param>
    public MetricExpression Quantile(double quantile) => new QuantileExpression(quantile, this);
}
