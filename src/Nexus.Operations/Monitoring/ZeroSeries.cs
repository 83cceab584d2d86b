using System.Text;

namespace Nexus.Operations.Monitoring;

/// <summary>
/// Series that exist before anything was counted. OpenTelemetry exposes a histogram or a counter with labels only after its first value, but a rate
/// over a series whose first value is not zero misses it.
/// </summary>
/// <param name="Name">The exposed name, without the suffixes of a histogram.</param>
/// <param name="Help">Its description.</param>
/// <param name="Bounds">The bounds of a histogram; null for a counter.</param>
/// <param name="Labels">The label sets that exist from the start.</param>
public sealed record ZeroSeries(string Name, string Help, IReadOnlyList<string>? Bounds, IReadOnlyList<MetricLabels> Labels)
{
    private static readonly string[] Suffixes = ["", "_count", "_created"];

    /// <summary>Adds what is missing to a response of the exporter, in its own format.</summary>
    /// <param name="text">The text format, or OpenMetrics, whose bounds are floating-point numbers and which ends with a marker.</param>
    /// <param name="all">The series.</param>
    /// <param name="scope">The labels that the exporter adds to each series of the meter.</param>
    public static string Complete(string text, IReadOnlyList<ZeroSeries> all, MetricLabels scope)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(all);
        const string End = "# EOF\n";
        var isOpenMetrics = text.EndsWith(End, StringComparison.Ordinal);
        var body = new StringBuilder(isOpenMetrics ? text[..^End.Length] : text);
        foreach (var series in all) series.Complete(body, text, isOpenMetrics, scope);
        return isOpenMetrics ? body.Append(End).ToString() : body.ToString();
    }

    private void Complete(StringBuilder body, string text, bool isOpenMetrics, MetricLabels scope)
    {
        var counted = Bounds is null ? Name : $"{Name}_count";
        var present = ExpositionReader.Read(text, (name, _) => name.SequenceEqual(counted))
            .Select(sample => MetricLabels.Of(sample.Labels.Pairs.Where(pair => !scope.Pairs.Any(own => own.Key == pair.Key)))).ToHashSet();
        var missing = Labels.Where(labels => !present.Contains(labels)).ToList();
        if (missing.Count == 0) return;
        var lines = new StringBuilder();
        var family = Bounds is null && isOpenMetrics && Name.EndsWith("_total", StringComparison.Ordinal) ? Name[..^"_total".Length] : Name;
        if (present.Count == 0) lines.Append($"# TYPE {family} {(Bounds is null ? "counter" : "histogram")}\n# HELP {family} {Help}\n");
        foreach (var labels in missing) Write(lines, MetricLabels.Of(scope.Pairs.Concat(labels.Pairs)).Text, isOpenMetrics);
        // All lines of a family stand together.
        var at = present.Count == 0 ? body.Length : EndOfFamily(body.ToString());
        body.Insert(at, lines);
    }

    private void Write(StringBuilder lines, string labels, bool isOpenMetrics)
    {
        if (Bounds is null)
        {
            lines.Append($"{Name}{{{labels}}} 0\n");
            return;
        }
        var before = labels.Length == 0 ? "" : $"{labels},";
        foreach (var bound in Bounds)
        {
            var le = isOpenMetrics && !bound.Contains('.', StringComparison.Ordinal) ? $"{bound}.0" : bound;
            lines.Append($"{Name}_bucket{{{before}le=\"{le}\"}} 0\n");
        }
        lines.Append($"{Name}_bucket{{{before}le=\"+Inf\"}} 0\n{Name}_sum{{{labels}}} 0\n{Name}_count{{{labels}}} 0\n");
    }

    private int EndOfFamily(string text)
    {
        var last = Suffixes.Max(suffix => text.LastIndexOf($"\n{Name}{suffix}{{", StringComparison.Ordinal));
        return text.IndexOf('\n', last + 1) + 1;
    }
}
