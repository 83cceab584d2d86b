using System.Collections.Frozen;

namespace Nexus.Operations.Monitoring;

/// <summary>
/// Every metric that the server exposes, with its labels: the file <c>metrics.txt</c>, which a test compares with what is exposed. Rules and
/// dashboards may use only these.
/// </summary>
public static class MetricNames
{
    private const string Resource = "Nexus.Operations.Monitoring.metrics.txt";

    private static readonly Lazy<FrozenDictionary<string, IReadOnlyList<string>>> Names = new(Read);

    private static readonly Lazy<FrozenSet<string>> OptionalNames = new(() =>
        Lines().Where(line => line[0] == '?').Select(line => line[1..line.IndexOf('{', StringComparison.Ordinal)])
            .ToFrozenSet(StringComparer.Ordinal));

    /// <summary>The label names of each metric.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> All => Names.Value;

    /// <summary>Whether alerts can have a label of this name: some metric has it, or the evaluation adds it.</summary>
    internal static bool IsLabel(string name) => name == "instance" || All.Values.Any(labels => labels.Contains(name));

    /// <summary>Those that are exposed only where something is set up.</summary>
    public static IReadOnlySet<string> Optional => OptionalNames.Value;

    private static FrozenDictionary<string, IReadOnlyList<string>> Read() => Lines().Select(line => line.TrimStart('?').Split('{', '}'))
        .ToFrozenDictionary(
            parts => parts[0].Trim(),
            parts => (IReadOnlyList<string>)(parts.Length > 1 ? parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries) : []),
            StringComparer.Ordinal);

    private static List<string> Lines()
    {
        using var stream = typeof(MetricNames).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the resource {Resource} is missing");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line[0] != '#')];
    }
}
