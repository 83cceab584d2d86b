using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Alerts;

/// <summary>
/// A rule. <c>nexus serve</c> evaluates it and <c>nexus alerts export</c> writes it for Prometheus, both from this definition.
/// </summary>
public sealed record AlertRule
{
    /// <summary>A unique name in CamelCase, which is also the alert's name in Prometheus.</summary>
    public required string Name { get; init; }

    /// <summary>How urgent it is.</summary>
    public required AlertSeverity Severity { get; init; }

    /// <summary>What the threshold is compared with. Conditions for which the rule has nothing to say are part of it.</summary>
    public required MetricExpression Value { get; init; }

    /// <summary>Which side of the threshold is bad.</summary>
    public required MetricComparison Comparison { get; init; }

    /// <summary>The alert begins beyond it.</summary>
    public required double Threshold { get; init; }

    /// <summary>A firing alert ends when the value is back on the good side of this, so that it does not flap. Default: the threshold.</summary>
    public double? ClearThreshold { get; init; }

    /// <summary>How long the condition must hold before the alert fires.</summary>
    public required TimeSpan For { get; init; }

    /// <summary>How long the condition must be over before a firing alert is resolved.</summary>
    public TimeSpan KeepFiring { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What it is about.</summary>
    public required AlertScope Scope { get; init; }

    /// <summary>What is wrong, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>What to do.</summary>
    public required string Remedy { get; init; }

    /// <summary>Whether its metrics exist only with PostgreSQL.</summary>
    public bool NeedsPostgres { get; init; }

    /// <summary>Whether its metrics exist only where something is set up, such as a fallback or backups.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The unit of the value: <c>s</c>, <c>ratio</c>, <c>1/s</c> or empty for a count.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Metrics whose absence is an alert of its own, because this one would stay silent.</summary>
    public IReadOnlyList<string> Critical =>
        Severity == AlertSeverity.Critical && !IsOptional ? [.. Value.Metrics.Distinct(StringComparer.Ordinal)] : [];

    /// <summary>The condition, for an alert that is not firing yet.</summary>
    public MetricExpression Condition => Compare(Threshold);

    /// <summary>The condition under which a firing alert continues.</summary>
    public MetricExpression Continues => Compare(ClearThreshold ?? Threshold);

    private MetricExpression Compare(double threshold) => Comparison == MetricComparison.Above ? Value.Above(threshold) : Value.Below(threshold);
}
