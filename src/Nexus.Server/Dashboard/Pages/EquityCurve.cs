using Nexus.Trades;

namespace Nexus.Server.Dashboard;

/// <summary>The running total of PnL in the order of exit, with its fall below its peak.</summary>
internal static class EquityCurve
{
    /// <summary>Points of the drawing: a screen shows no more.</summary>
    private const int MaxPoints = 300;

    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>The width of the buckets of a period: quarters of an hour for a day, hours for a month, days for a year, weeks beyond.</summary>
    public static TimeSpan BucketOf(int? days) => days switch
    {
        <= 2 => Quarter,
        <= 31 => TimeSpan.FromHours(1),
        <= 366 => Day,
        _ => Week,
    };

    public static ChartModel Of(Texts texts, IReadOnlyList<EquityPoint> curve)
    {
        var step = Math.Max(1, (int)Math.Ceiling(curve.Count / (double)MaxPoints));
        // The last point of each step, so that the curve ends where the total ends.
        var shown = curve.Where((_, i) => (curve.Count - 1 - i) % step == 0).ToList();
        var title = texts.Format("equity");
        var (trades, total) = (curve.Sum(point => point.Trades), curve.Count == 0 ? 0 : curve[^1].Equity);
        return new ChartModel
        {
            Id = "equity",
            Title = title,
            Series =
            [
                new ChartModel.Line(texts.Format("equity.total"), [.. shown.Select(point => (double?)(double)point.Equity)]),
                new ChartModel.Line(texts.Format("equity.drawdown"), [.. shown.Select(point => (double?)-(double)point.Drawdown)]),
            ],
            Times = [.. shown.Select(point => point.At)],
            Slots = shown.Count,
            From = shown.Count == 0 ? "" : Formats.Day(shown[0].At),
            To = shown.Count == 0 ? "" : Formats.Day(shown[^1].At),
            HasNegatives = true,
            Format = value => texts.Formats.SignedRounded((decimal)value),
            Label = $"{title}. {texts.Format("equity.words", trades, texts.Formats.Signed(total))}",
        };
    }
}
