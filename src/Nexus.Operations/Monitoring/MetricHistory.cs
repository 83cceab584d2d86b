namespace Nexus.Operations.Monitoring;

/// <summary>Keeps the samples that the rounds evaluate.</summary>
/// <param name="options">Interval and length.</param>
internal sealed class MetricHistory(MonitoringOptions options)
{
    private readonly HashSet<string> _watched = new(StringComparer.Ordinal);

    /// <summary>The samples, for the loop that adds them.</summary>
    public MetricWindow Window { get; } = new((int)(options.History / options.Interval) + 1);

    /// <summary>Watches further metrics from now on.</summary>
    public void Watch(IEnumerable<string> metrics) => _watched.UnionWith(metrics);

    /// <summary>Adds the samples of one round.</summary>
    public void Add(DateTimeOffset at, string exposition)
    {
        var names = _watched.GetAlternateLookup<ReadOnlySpan<char>>();
        Window.Add(at, ExpositionReader.Read(exposition, (name, labels) => names.Contains(name)
            || labels.IndexOf("otel_metric_overflow", StringComparison.Ordinal) >= 0));
    }
}
