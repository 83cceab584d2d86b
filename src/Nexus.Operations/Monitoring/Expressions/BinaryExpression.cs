namespace Nexus.Operations.Monitoring;

/// <summary>Arithmetic between series with the same labels. A series without a partner has no result.</summary>
internal sealed record BinaryExpression(string Operator, MetricExpression Left, MetricExpression Right) : MetricExpression
{
    public override IEnumerable<string> Metrics => Left.Metrics.Concat(Right.Metrics);

    public override IReadOnlyList<string> ResultLabels => Left.ResultLabels;

    public override TimeSpan Reach => Left.Reach > Right.Reach ? Left.Reach : Right.Reach;

    public override string ToPromQl() => $"({Left.ToPromQl()} {Operator} {Right.ToPromQl()})";

    public override IReadOnlyList<MetricSample> Evaluate(MetricWindow window)
    {
        var right = Right.Evaluate(window).ToDictionary(sample => sample.Labels, sample => sample.Value);
        return
        [
            .. Left.Evaluate(window).Where(sample => right.ContainsKey(sample.Labels))
                .Select(sample => new MetricSample("", sample.Labels, Combine(sample.Value, right[sample.Labels]))),
        ];
    }

    private double Combine(double left, double right) => Operator switch
    {
        "/" => left / right,
        "+" => left + right,
        "-" => left - right,
        _ => throw new InvalidOperationException($"the operator {Operator} is unknown"),
    };
}
