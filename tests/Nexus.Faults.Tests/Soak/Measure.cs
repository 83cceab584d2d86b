using System.Collections.Concurrent;

namespace Nexus.Faults.Tests.Soak;

/// <summary>One line of the plots.</summary>
/// <param name="Chart">The chart in which it is drawn.</param>
/// <param name="Name">Its name in the chart.</param>
/// <param name="Unit">The unit of its values.</param>
/// <param name="Tolerance">A rise that does not matter, in that unit; null: it is drawn and not judged.</param>
/// <param name="JudgedFrom">Seconds: what grows until then does so by design.</param>
internal sealed record Measure(string Chart, string Name, string Unit, double? Tolerance, double JudgedFrom = 0)
{
    private readonly ConcurrentQueue<(double At, double Value)> _points = new();

    public IReadOnlyList<(double At, double Value)> Points => [.. _points];

    public Trend? Trend => Tolerance is { } tolerance ? Soak.Trend.Of(Points, tolerance, JudgedFrom) : null;

    public void Add(double at, double value) => _points.Enqueue((at, value));
}
