using System.Globalization;

namespace Nexus.Operations.Monitoring;

/// <summary>The series of a metric with given labels.</summary>
/// <param name="Name">The metric; empty for all metrics, and then <paramref name="Labels"/> must not be empty.</param>
/// <param name="Labels">Labels that a series must have.</param>
public sealed record MetricSelector(string Name, MetricLabels Labels) : MetricExpression
{
    /// <summary>Every series of a metric.</summary>
    public static MetricSelector Of(string name, params (string Name, string Value)[] labels) =>
        new(name, MetricLabels.Matching(labels.Select(label => new KeyValuePair<string, string>(label.Name, label.Value))));

    /// <inheritdoc/>
    public override IEnumerable<string> Metrics => Name.Length == 0 ? [] : [Name];

    /// <inheritdoc/>
    public override IReadOnlyList<string> ResultLabels => [];

    /// <summary>The increase of counters per second within a window.</summary>
    public MetricExpression Rate(TimeSpan window) => new RangeExpression("rate", this, window);

    /// <summary>The increase of counters within a window.</summary>
    public MetricExpression Increase(TimeSpan window) => new RangeExpression("increase", this, window);

    /// <summary>1 if there is no such series.</summary>
    public MetricExpression Absent() => new AbsentExpression(this);

    /// <inheritdoc/>
    public override TimeSpan Reach => TimeSpan.Zero;

    /// <inheritdoc/>
    public override string ToPromQl() => Labels.Text.Length == 0 ? Name : $"{Name}{{{Labels.Text}}}";

    /// <inheritdoc/>
    public override IReadOnlyList<MetricSample> Evaluate(MetricWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        return [.. window.Newest(Name.Length == 0 ? null : Name).Where(sample => Selects(sample.Labels))];
    }

    internal bool Selects(MetricLabels labels) => Labels.Pairs.All(wanted => labels[wanted.Key] == wanted.Value);

    internal static string Duration(TimeSpan span) => span.TotalHours >= 1 && span.Ticks % TimeSpan.TicksPerHour == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0}h")
        : span.TotalMinutes >= 1 && span.Ticks % TimeSpan.TicksPerMinute == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0}m")
            : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0}s");
}
