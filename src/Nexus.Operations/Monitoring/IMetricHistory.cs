namespace Nexus.Operations.Monitoring;

/// <summary>The last hour of some series, in memory, for charts. Safe for concurrent use.</summary>
public interface IMetricHistory
{
    /// <summary>The time between two points.</summary>
    TimeSpan Interval { get; }

    /// <summary>The series, with name and unit.</summary>
    IReadOnlyList<ChartSeries> Series { get; }

    /// <summary>The points of a series, oldest first; empty for an unknown name.</summary>
    /// <param name="name">A name of <see cref="Series"/>.</param>
    /// <param name="window">How far back, up to an hour.</param>
    IReadOnlyList<MetricPoint> Read(string name, TimeSpan window);

    /// <summary>The newest value of a series; null if there is none.</summary>
    double? Newest(string name);
}
