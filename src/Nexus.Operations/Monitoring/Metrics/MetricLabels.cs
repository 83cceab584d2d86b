using System.Text;

namespace Nexus.Operations.Monitoring;

/// <summary>The labels of a series, ordered by name. Equal if names and values are.</summary>
public sealed class MetricLabels : IEquatable<MetricLabels>
{
    private readonly KeyValuePair<string, string>[] _pairs;

    private MetricLabels(KeyValuePair<string, string>[] pairs)
    {
        Array.Sort(pairs, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        _pairs = pairs;
        Text = Write(pairs);
    }

    /// <summary>No labels.</summary>
    public static MetricLabels None { get; } = new([]);

    /// <summary>As <c>name="value",…</c> with backslashes, quotes and line breaks escaped; empty without labels.</summary>
    public string Text { get; }

    /// <summary>Names and values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs => _pairs;

    /// <summary>The value of a label; empty if the series lacks it, as in PromQL.</summary>
    public string this[string name] => Array.Find(_pairs, pair => pair.Key == name).Value ?? "";

    /// <summary>Makes a set of labels. A label without a value is left out, as in PromQL.</summary>
    public static MetricLabels Of(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        KeyValuePair<string, string>[] given = [.. pairs.Where(pair => pair.Value.Length > 0)];
        return given.Length == 0 ? None : new MetricLabels(given);
    }

    /// <summary>The labels that a selector asks for. An empty value asks for series without the label.</summary>
    internal static MetricLabels Matching(IEnumerable<KeyValuePair<string, string>> pairs) => new([.. pairs]);

    /// <summary>Only the labels with these names.</summary>
    public MetricLabels Keep(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return Of(_pairs.Where(pair => names.Contains(pair.Key)));
    }

    /// <summary>All labels but this one.</summary>
    public MetricLabels Without(string name) => Of(_pairs.Where(pair => pair.Key != name));

    /// <inheritdoc/>
    public bool Equals(MetricLabels? other) => other is not null && other.Text == Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MetricLabels);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{{{Text}}}";

    private static string Write(KeyValuePair<string, string>[] pairs)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in pairs)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(name).Append("=\"").Append(Escape(value)).Append('"');
        }
        return text.ToString();
    }

    internal static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
