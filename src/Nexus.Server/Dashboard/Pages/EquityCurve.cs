using Nexus.Trades;

namespace Nexus.Server.Dashboard;

/// <summary>The running total of PnL in the order of exit, with its fall below its peak.</summary>
internal static class EquityCurve
{
    /// <summary>Points of the drawing: a screen shows no more.</summary>
    private const int MaxPoints = 300;

    public static ChartModel Of(Texts texts, IEnumerable<Trade> closed)
    {
        var (total, peak) = (0m, 0m);
        var points = new List<(DateTimeOffset At, decimal Total, decimal Fall)>();
        foreach (var trade in closed.OrderBy(trade => trade.ExitTimestamp).ThenBy(trade => trade.Id))
        {
            total += trade.Pnl ?? 0;
            peak = Math.Max(peak, total);
            points.Add((trade.ExitTimestamp ?? trade.EntryTimestamp, total, total - peak));
        }
        var step = Math.Max(1, (int)Math.Ceiling(points.Count / (double)MaxPoints));
        // The last point of each step, so that the curve ends where the total ends.
        var shown = points.Where((_, i) => (points.Count - 1 - i) % step == 0).ToList();
        var title = texts.Format("equity");
        return new ChartModel
        {
            Id = "equity",
            Title = title,
            Series =
            [
                new ChartModel.Line(texts.Format("equity.total"), [.. shown.Select(point => (double?)(double)point.Total)]),
                new ChartModel.Line(texts.Format("equity.drawdown"), [.. shown.Select(point => (double?)(double)point.Fall)]),
            ],
            Times = [.. shown.Select(point => point.At)],
            Slots = shown.Count,
            From = shown.Count == 0 ? "" : Formats.Day(shown[0].At),
            To = shown.Count == 0 ? "" : Formats.Day(shown[^1].At),
            HasNegatives = true,
            Format = value => texts.Formats.SignedRounded((decimal)value),
            Label = $"{title}. {texts.Format("equity.words", points.Count, texts.Formats.Signed(total))}",
        };
    }
}
