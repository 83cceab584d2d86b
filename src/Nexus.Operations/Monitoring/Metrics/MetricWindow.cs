namespace Nexus.Operations.Monitoring;

/// <summary>The recent samples of every watched series. One writer; it is read by the same loop.</summary>
/// <param name="capacity">How many rounds are kept, 2 or more.</param>
/// <param name="maxSeries">The largest number of series; further ones are not kept.</param>
public sealed class MetricWindow(int capacity, int maxSeries = 5000)
{
    private readonly Dictionary<(string Name, MetricLabels Labels), double[]> _series = [];
    private readonly Dictionary<string, List<MetricLabels>> _byName = new(StringComparer.Ordinal);
    private readonly DateTimeOffset[] _times = new DateTimeOffset[capacity];
    private int _count;
    private int _last = -1;

    /// <summary>When the newest round was taken.</summary>
    public DateTimeOffset Now => _last < 0 ? default : _times[_last];

    /// <summary>The time between the oldest and the newest round.</summary>
    public TimeSpan Length => _count == 0 ? TimeSpan.Zero : Now - _times[(_last - _count + 1 + capacity) % capacity];

    /// <summary>Series that were refused because there are too many.</summary>
    public long Refused { get; private set; }

    /// <summary>Adds one round.</summary>
    /// <param name="at">When it was taken; later than the one before.</param>
    /// <param name="samples">All samples of it.</param>
    public void Add(DateTimeOffset at, IEnumerable<MetricSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        _last = (_last + 1) % capacity;
        _times[_last] = at;
        _count = Math.Min(_count + 1, capacity);
        foreach (var values in _series.Values) values[_last] = double.NaN;
        foreach (var sample in samples)
        {
            if (!_series.TryGetValue((sample.Name, sample.Labels), out var values))
            {
                if (_series.Count >= maxSeries)
                {
                    Refused++;
                    continue;
                }
                values = new double[capacity];
                Array.Fill(values, double.NaN);
                _series.Add((sample.Name, sample.Labels), values);
                if (!_byName.TryGetValue(sample.Name, out var labels)) _byName.Add(sample.Name, labels = []);
                labels.Add(sample.Labels);
            }
            // A value that is not a number is the same as none here: no rule can hold over it.
            values[_last] = sample.Value;
        }
        if (_last == capacity - 1) Forget();
    }

    /// <summary>The series with a value in the newest round.</summary>
    /// <param name="name">The metric; null for every metric.</param>
    public IEnumerable<MetricSample> Newest(string? name)
    {
        if (_last < 0) return [];
        if (name is null)
        {
            return _series.Where(series => !double.IsNaN(series.Value[_last]))
                .Select(series => new MetricSample(series.Key.Name, series.Key.Labels, series.Value[_last]));
        }
        return !_byName.TryGetValue(name, out var labels) ? []
            : labels.Select(set => new MetricSample(name, set, _series[(name, set)][_last])).Where(sample => !double.IsNaN(sample.Value));
    }

    /// <summary>The points of each series of a metric within the last <paramref name="window"/>, oldest first.</summary>
    public IEnumerable<(MetricLabels Labels, List<MetricPoint> Points)> Range(string name, TimeSpan window)
    {
        if (_last < 0 || !_byName.TryGetValue(name, out var labels)) yield break;
        var from = Now - window;
        foreach (var set in labels)
        {
            var values = _series[(name, set)];
            var points = new List<MetricPoint>();
            for (var back = _count - 1; back >= 0; back--)
            {
                var at = (_last - back + capacity) % capacity;
                if (_times[at] >= from && !double.IsNaN(values[at])) points.Add(new MetricPoint(_times[at], values[at]));
            }
            if (points.Count > 0) yield return (set, points);
        }
    }

    /// <summary>Drops series without a value in any round, such as those of a table that was dropped.</summary>
    private void Forget()
    {
        foreach (var (key, _) in _series.Where(series => Array.TrueForAll(series.Value, double.IsNaN)).ToList())
        {
            _series.Remove(key);
            _byName[key.Name].Remove(key.Labels);
        }
    }
}
