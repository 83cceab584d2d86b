using System.Globalization;
using Nexus.Bench;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Nexus.Compare;

/// <summary>Saves, loads and mixed work of every contender, by turns, so that a drift of the machine affects all of them.</summary>
internal sealed class Comparison(IReadOnlyList<IContender> contenders, int callers, TimeSpan duration)
{
    private const int Sessions = 10_000;

    /// <summary>One save after four loads: a bot reads a session for each message and changes it now and then.</summary>
    private const int SaveOf = 5;

    private readonly List<(string Work, Figures[] Figures)> _results = [];

    public async Task RunAsync()
    {
        foreach (var contender in contenders) await contender.FillAsync(Sessions);
        await AddAsync("saves", (contender, session, turn) => contender.SaveAsync(session, Workload.FirstRevision + turn));
        await AddAsync("loads", (contender, session, _) => contender.LoadAsync(session));
        await AddAsync("mixed", (contender, session, turn) =>
            turn % SaveOf == 0 ? contender.SaveAsync(session, Workload.FirstRevision + turn) : contender.LoadAsync(session));
    }

    /// <summary>A Markdown table for each kind of work.</summary>
    public void Print()
    {
        foreach (var (work, figures) in _results)
        {
            var title = $"{char.ToUpperInvariant(work[0])}{work[1..]}";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"\n### {title}, {callers:N0} callers, median of {Measure.Rounds} rounds of {duration.TotalSeconds:0} s\n"));
            Console.WriteLine("| | version | store | /s | p50 ms | p99 ms | Nexus is |");
            Console.WriteLine("| --- | --- | --- | ---: | ---: | ---: | ---: |");
            for (var n = 0; n < contenders.Count; n++)
            {
                var (contender, own) = (contenders[n], figures[n]);
                var nexus = Array.FindIndex([.. contenders], other => other.UsesPostgres == contender.UsesPostgres && IsNexus(other));
                var ratio = nexus < 0 || nexus == n ? "" : $"{figures[nexus].PerSecond / own.PerSecond:0.0}x";
                var store = contender.UsesPostgres ? "PostgreSQL" : "file";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {contender.Name} | {contender.Version} | {store} | {own.PerSecond:N0} | {own.P50Ms:0.00} | {own.P99Ms:0.00} | {ratio} |"));
            }
        }
    }

    /// <summary>Bars of the rates.</summary>
    public void Plot(string file)
    {
        // Wide enough for the longest name and its version.
        var model = new PlotModel
        {
            Title = $"Operations per second, {callers} callers",
            PlotMargins = new OxyThickness(170, double.NaN, double.NaN, double.NaN),
        };
        var names = new CategoryAxis { Position = AxisPosition.Left };
        names.Labels.AddRange(contenders.Reverse().Select(contender => $"{contender.Name} {contender.Version}"));
        model.Axes.Add(names);
        model.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Bottom, Minimum = 100, MajorGridlineStyle = LineStyle.Solid });
        model.Legends.Add(new OxyPlot.Legends.Legend { LegendPosition = OxyPlot.Legends.LegendPosition.BottomRight });
        foreach (var (work, figures) in _results)
        {
            var bars = new BarSeries { Title = work, BaseValue = 100 };
            bars.Items.AddRange(figures.Reverse().Select(own => new BarItem(own.PerSecond)));
            model.Series.Add(bars);
        }
        using var stream = File.Create(file);
        new SvgExporter { Width = 900, Height = 90 + (60 * contenders.Count) }.Export(model, stream);
    }

    private static bool IsNexus(IContender contender) => contender.Name.StartsWith("Nexus", StringComparison.Ordinal);

    private async Task AddAsync(string work, Func<IContender, int, int, Task> operation)
    {
        Figures.Begin($"{work}, {callers} callers");
        _results.Add((work, await Measure.RoundsAsync(
            callers, duration, [.. contenders.Select(contender => (contender.Name, (Func<int, int, Task>)((caller, turn) =>
                operation(contender, Pick(caller, turn), turn))))])));
    }

    private static int Pick(int caller, int turn) => ((caller * 10) + (turn % 10)) % Sessions;
}
