using System.Diagnostics;
using Nexus.Chats;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Nexus.Bench;

/// <summary>The cost of operations as the number of sessions grows, as a table and a plot.</summary>
internal static class GrowthBenchmark
{
    private static readonly int[] Sizes = [1000, 10_000, 100_000, 1_000_000];

    public static async Task RunAsync(string? url, TimeSpan duration, string plot)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        await using var nexus = await database.OpenNexusAsync(cacheCapacity: 1);
        var points = new List<Point>();
        var filled = 0;
        Console.WriteLine("  sessions    save p50 ms    1,000 callers: save p50 ms    saves/s    read missed p50 ms    load all, µs each");
        foreach (var size in Sizes)
        {
            for (; filled < size; filled += Math.Min(5000, size - filled))
            {
                var from = filled;
                await nexus.Sessions.SaveBatchAsync([.. Enumerable.Range(from, Math.Min(5000, size - from)).Select(i => Workload.Session(i))]);
            }
            await using (var settle = database.Raw.CreateCommand("VACUUM ANALYZE sessions; CHECKPOINT")) await settle.ExecuteNonQueryAsync();
            var lone = await Measure.InterleavedAsync(
                duration,
                ("save", i => nexus.Sessions.SaveAsync(Workload.Session(Random.Shared.Next(size), i))),
                ("read", async _ => await nexus.Sessions.GetAsync(Nexus.Chats.ChatId.Parse(Workload.ChatId(Random.Shared.Next(size))))));
            var many = await Measure.ConcurrentAsync(
                "saves", 1000, duration, (_, i) => nexus.Sessions.SaveAsync(Workload.Session(Random.Shared.Next(size), i)));
            var watch = Stopwatch.StartNew();
            await foreach (var session in nexus.Sessions.ListAsync()) _ = session.ApiKey!.Reveal();
            var point = new Point(size, lone[0].P50Ms, many.P50Ms, many.PerSecond, lone[1].P50Ms, watch.Elapsed.TotalMicroseconds / size);
            points.Add(point);
            Console.WriteLine($"  {size,8} {point.SaveMs,14:0.00} {point.CrowdSaveMs,29:0.0} {point.SavesPerSecond,10:0} {point.ReadMs,21:0.00} "
                + $"{point.LoadMicroseconds,20:0.0}");
        }
        Console.WriteLine($"  a lone save at {Sizes[^1]} sessions / at {Sizes[0]}: {points[^1].SaveMs / points[0].SaveMs:0.00}x");
        await File.WriteAllTextAsync(plot, Draw(points));
        Console.WriteLine($"  plot: {plot}");
    }

    private static string Draw(List<Point> points)
    {
        var model = new PlotModel { Title = "Cost of an operation by number of sessions", Background = OxyColors.White };
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.TopLeft });
        model.Axes.Add(
            new LogarithmicAxis
            {
                Position = AxisPosition.Bottom,
                Title = "sessions",
                Minimum = 700,
                Maximum = 1_500_000,
                MajorGridlineStyle = LineStyle.Dot,
            });
        model.Axes.Add(
            new LinearAxis
            {
                Position = AxisPosition.Left,
                Title = "relative to 1,000 sessions",
                Minimum = 0,
                Maximum = 2.5,
                MajorGridlineStyle = LineStyle.Dot,
            });
        Add("lone save, p50", point => point.SaveMs);
        Add("save among 1,000 callers, p50", point => point.CrowdSaveMs);
        Add("read of a session that is not in memory, p50", point => point.ReadMs);
        Add("load, time for each session", point => point.LoadMicroseconds);
        return new SvgExporter { Width = 800, Height = 450 }.ExportToString(model);

        void Add(string title, Func<Point, double> cost)
        {
            var series = new LineSeries { Title = title, MarkerType = MarkerType.Circle };
            series.Points.AddRange(points.Select(point => new DataPoint(point.Sessions, cost(point) / cost(points[0]))));
            model.Series.Add(series);
        }
    }

    private sealed record Point(int Sessions, double SaveMs, double CrowdSaveMs, double SavesPerSecond, double ReadMs, double LoadMicroseconds);
}
