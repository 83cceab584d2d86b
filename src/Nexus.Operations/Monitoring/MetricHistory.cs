namespace Nexus.Operations.Monitoring;

/// <summary>Keeps the samples that rules and charts need, and the points of the charts.</summary>
internal sealed class MetricHistory : IMetricHistory
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _watched;
    private readonly MetricWindow _window;
    private readonly DateTimeOffset[] _times;
    private readonly double[][] _values;
    private int _count;
    private int _last = -1;

    /// <param name="options">Interval and length.</param>
    /// <param name="series">The charts.</param>
    /// <param name="watched">Further metrics whose samples are kept, for rules.</param>
    public MetricHistory(MonitoringOptions options, IReadOnlyList<ChartSeries> series, IEnumerable<string> watched)
    {
        var capacity = (int)(options.History / options.Interval) + 1;
        (Interval, Series) = (options.Interval, series);
        _watched = series.SelectMany(chart => chart.Value.Metrics).Concat(watched).ToHashSet(StringComparer.Ordinal);
        _window = new MetricWindow(capacity);
        _times = new DateTimeOffset[capacity];
        _values = [.. series.Select(_ => new double[capacity])];
    }

    public TimeSpan Interval { get; }

    public IReadOnlyList<ChartSeries> Series { get; }

    /// <summary>The samples, for the loop that adds them.</summary>
    public MetricWindow Window => _window;

    /// <summary>Watches further metrics from now on.</summary>
    public void Watch(IEnumerable<string> metrics) => _watched.UnionWith(metrics);

    /// <summary>Adds the samples of one round.</summary>
    public void Add(DateTimeOffset at, string exposition)
    {
        var names = _watched.GetAlternateLookup<ReadOnlySpan<char>>();
        _window.Add(at, ExpositionReader.Read(exposition, (name, labels) => names.Contains(name)
            || labels.IndexOf("otel_metric_overflow", StringComparison.Ordinal) >= 0));
        double[] points = [.. Series.Select(chart => Point(chart.Value.Evaluate(_window)))];
        lock (_gate)
        {
            _last = (_last + 1) % _times.Length;
            _count = Math.Min(_count + 1, _times.Length);
            _times[_last] = at;
            for (var i = 0; i < points.Length; i++) _values[i][_last] = points[i];
        }
    }

    public IReadOnlyList<MetricPoint> Read(string name, TimeSpan window)
    {
        var index = Series.TakeWhile(chart => chart.Name != name).Count();
        if (index == Series.Count) return [];
        lock (_gate)
        {
            var points = new List<MetricPoint>(_count);
            for (var back = _count - 1; back >= 0; back--)
            {
                var at = (_last - back + _times.Length) % _times.Length;
                if (_times[at] >= _times[_last] - window) points.Add(new MetricPoint(_times[at], _values[index][at]));
            }
            return points;
        }
    }

    public double? Newest(string name) =>
        Read(name, TimeSpan.Zero) is [.., var point] && double.IsFinite(point.Value) ? point.Value : null;

    private static double Point(IReadOnlyList<MetricSample> results) => results.Count == 0 ? double.NaN : results.Sum(result => result.Value);
}
