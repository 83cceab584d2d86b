namespace Nexus.Server.Dashboard;

/// <summary>The charts of the last hour.</summary>
internal static class OverviewCharts
{
    public static IReadOnlyList<ChartModel> Of(Texts texts, IReadOnlyList<FigureSample> hour)
    {
        var formats = texts.Formats;
        // After a start the axis grows with the history: ten minutes, half an hour, an hour.
        var slots = hour.Count <= FigureRecorder.HourSamples / 6 ? FigureRecorder.HourSamples / 6
            : hour.Count <= FigureRecorder.HourSamples / 2 ? FigureRecorder.HourSamples / 2 : FigureRecorder.HourSamples;
        return
        [
            Chart("rate", value => formats.Short(value), ("rate", sample => sample.Rate), ("errors", sample => sample.Errors)),
            Chart("latency", formats.Milliseconds, ("median", sample => sample.Median), ("slowest", sample => sample.Slowest)),
            Chart("queue", value => formats.Count((long)value), ("queued", sample => sample.Queued), ("pending", sample => sample.Pending)),
            Chart("cache", formats.Percent, ("hits", sample => sample.CacheHits)),
        ];

        ChartModel Chart(string id, Func<double, string> format, params (string Name, Func<FigureSample, double?> Value)[] lines)
        {
            ChartModel.Line[] series =
                [.. lines.Select(line => new ChartModel.Line(texts.Format($"chart.{id}.{line.Name}"), [.. hour.Select(line.Value)]))];
            var title = texts.Format($"chart.{id}");
            return new ChartModel
            {
                Id = id,
                Title = title,
                Series = series,
                Times = [.. hour.Select(sample => sample.At)],
                Slots = slots,
                From = texts.Format("chart.ago", Formats.Length(FigureRecorder.SampleEvery * slots)),
                To = texts.Format("chart.now"),
                Format = format,
                Label = $"{title}. {string.Join(' ', series.Select(line => Describe(texts, line, format)))}",
            };
        }
    }

    private static string Describe(Texts texts, ChartModel.Line line, Func<double, string> format)
    {
        var values = line.Values.OfType<double>().ToList();
        return values.Count == 0
            ? texts.Format("chart.empty", line.Name)
            : texts.Format("chart.words", line.Name, format(values[^1]), format(values.Min()), format(values.Max()));
    }
}
