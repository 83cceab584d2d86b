using System.Globalization;
using System.Text;

namespace Nexus.Server.Dashboard;

/// <summary>A chart of lines over time, drawn by the server as SVG.</summary>
public sealed class ChartModel
{
    private const double Width = 600;
    private const double Height = 120;

    /// <summary>Names the chart on its page and in the live stream.</summary>
    public required string Id { get; init; }

    /// <summary>What it shows.</summary>
    public required string Title { get; init; }

    /// <summary>The lines.</summary>
    public required IReadOnlyList<Line> Series { get; init; }

    /// <summary>The times of the values.</summary>
    public required IReadOnlyList<DateTimeOffset> Times { get; init; }

    /// <summary>How a value is written.</summary>
    public required Func<double, string> Format { get; init; }

    /// <summary>The number of values from the left to the right edge; fewer values stand at the right.</summary>
    public int Slots { get; init; }

    /// <summary>The text below the left edge.</summary>
    public required string From { get; init; }

    /// <summary>The text below the right edge.</summary>
    public required string To { get; init; }

    /// <summary>The chart in words, for those who cannot see it.</summary>
    public required string Label { get; init; }

    /// <summary>Whether the lowest value may be below zero.</summary>
    public bool HasNegatives { get; init; }

    /// <summary>The value at the upper edge.</summary>
    public string Top => Format(Highest);

    /// <summary>The value at the lower edge.</summary>
    public string Bottom => Format(Lowest);

    /// <summary>The height of zero in the drawing.</summary>
    public string ZeroAt => Number(YOf(0));

    private double Highest => field > 0 ? field : field = RoundUp(Values.DefaultIfEmpty(0).Max());

    private double Lowest => HasNegatives ? -RoundUp(-Values.DefaultIfEmpty(0).Append(0).Min()) : 0;

    private IEnumerable<double> Values => Series.SelectMany(line => line.Values).OfType<double>();

    /// <summary>The line of a series as the data of an SVG path; a missing value interrupts it.</summary>
    public string PathOf(Line line)
    {
        var path = new StringBuilder();
        var slots = Math.Max(Slots, line.Values.Count);
        var isDrawing = false;
        for (var i = 0; i < line.Values.Count; i++)
        {
            if (line.Values[i] is not { } value)
            {
                isDrawing = false;
                continue;
            }
            var x = slots < 2 ? Width : (slots - line.Values.Count + i) * Width / (slots - 1);
            path.Append(isDrawing ? 'L' : 'M').Append(Number(x)).Append(' ').Append(Number(YOf(value)));
            // A lone value would draw nothing.
            if (!isDrawing && (i + 1 == line.Values.Count || line.Values[i + 1] is null)) path.Append("h1");
            isDrawing = true;
        }
        return path.ToString();
    }

    private double YOf(double value)
    {
        var range = Highest - Lowest;
        return range <= 0 ? Height : Height - ((value - Lowest) / range * (Height - 4)) - 1;
    }

    /// <summary>1, 2 or 5 times a power of ten.</summary>
    private static double RoundUp(double value)
    {
        if (value <= 0 || !double.IsFinite(value)) return value <= 0 ? 0 : double.MaxValue;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return unit * ((value / unit) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A line.</summary>
    /// <param name="Name">What it shows.</param>
    /// <param name="Values">One for each time; null where there is none.</param>
    public sealed record Line(string Name, IReadOnlyList<double?> Values);
}
