using System.Numerics;

namespace Nexus.Trades;

/// <summary>The figures of exact sums. Every quotient is made of whole numbers and rounded once.</summary>
internal static class PerformanceFigures
{
    /// <summary>Ratios have 8 places.</summary>
    private const int RatioPlaces = 8;

    private static readonly BigInteger RatioUnit = 100_000_000;

    private static readonly BigInteger Unit = BigInteger.Pow(10, DecimalUnits.Places);

    /// <summary>The days of a year, over which the Sharpe ratio is stated: crypto assets trade every day.</summary>
    private const int DaysOfYear = 365;

    /// <param name="sum">All trades, with the running total that starts at 0.</param>
    /// <param name="days">The PnL of their days.</param>
    public static TradePerformance Of(TradeSegment sum, TradingDays days)
    {
        BigInteger profit = sum.Profit, loss = -sum.Loss, pnl = sum.Pnl;
        var wide = new WideFigures();
        return new TradePerformance(
            sum.Trades,
            sum.Wins,
            sum.Losses,
            DecimalUnits.ToDecimal(RatioUnits(sum.Wins, sum.Trades) ?? 0, RatioPlaces),
            wide.Amount(nameof(TradePerformance.GrossProfit), profit),
            wide.Amount(nameof(TradePerformance.GrossLoss), loss),
            wide.Ratio(nameof(TradePerformance.ProfitFactor), RatioUnits(profit, loss)),
            Mean(pnl, sum.Trades) ?? 0,
            wide.Amount(nameof(TradePerformance.TotalPnl), pnl),
            wide.Amount(nameof(TradePerformance.TotalFees), sum.Fees),
            wide.Amount(nameof(TradePerformance.MaxDrawdown), sum.Fall))
        {
            AverageWin = Mean(profit, sum.Wins),
            AverageLoss = Mean(loss, sum.Losses),
            ExpectancyR = wide.Ratio(
                nameof(TradePerformance.ExpectancyR),
                RatioUnits((profit * sum.Losses) - ((sum.Trades - sum.Wins) * loss), sum.Trades * loss)),
            SharpeRatio = wide.Ratio(nameof(TradePerformance.SharpeRatio), Sharpe(days)),
            AverageHoldingTime = sum.Holdings == 0 ? null
                : TimeSpan.FromMicroseconds((long)DecimalUnits.DivideRounded(sum.Held, sum.Holdings)),
            AverageMae = Mean(sum.Mae, sum.Maes),
            AverageMfe = Mean(sum.Mfe, sum.Mfes),
            ExactFigures = wide.Texts,
        };
    }

    /// <summary>The steps of a curve, of buckets in order of time.</summary>
    public static IReadOnlyList<EquityPoint> Curve(IEnumerable<TradeSegment> buckets)
    {
        var points = new List<EquityPoint>();
        // Nothing was traded before: the total is 0, and so is its peak.
        var before = new TradeSegment();
        foreach (var bucket in buckets)
        {
            if (bucket.Start is not { } start) continue;
            var (peak, total) = (before.Top, before.Pnl);
            before = before.Then(bucket);
            var deepest = BigInteger.Max(bucket.Fall, peak - (total + bucket.Bottom));
            var wide = new WideFigures();
            points.Add(new EquityPoint(
                start,
                bucket.Trades,
                wide.Amount(nameof(EquityPoint.Pnl), bucket.Pnl),
                wide.Amount(nameof(EquityPoint.Fees), bucket.Fees),
                wide.Amount(nameof(EquityPoint.Equity), before.Pnl),
                wide.Amount(nameof(EquityPoint.Drawdown), before.Top - before.Pnl),
                wide.Amount(nameof(EquityPoint.MaxDrawdown), BigInteger.Max(0, deepest)))
            {
                ExactFigures = wide.Texts,
            });
        }
        return points;
    }

    private static decimal? Mean(BigInteger units, BigInteger count) => count.IsZero ? null : DecimalUnits.Quotient(units, count * Unit);

    private static BigInteger? RatioUnits(BigInteger over, BigInteger under) =>
        under.IsZero ? null : DecimalUnits.DivideRounded(over * RatioUnit, under);

    /// <summary>
    /// Mean ÷ sample standard deviation of the PnL of a day × √365. With n days, sum s and sum of squares q this is
    /// ±√(365 s² (n − 1) ÷ (n (n q − s²))).
    /// </summary>
    private static BigInteger? Sharpe(TradingDays days)
    {
        if (days.Count < 2) return null;
        BigInteger n = days.Count, square = days.Sum * days.Sum;
        var spread = (n * days.Squares) - square;
        if (spread.IsZero) return null;
        // Twice the root, rounded down, tells where the half is.
        var twice = Root(4 * RatioUnit * RatioUnit * DaysOfYear * square * (n - 1) / (n * spread));
        return (twice + 1) / 2 * days.Sum.Sign;
    }

    /// <summary>The largest whole number whose square is not larger, by Newton's method.</summary>
    private static BigInteger Root(BigInteger value)
    {
        if (value < 2) return value;
        var root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + (value / root)) >> 1;
            if (next >= root) return root;
            root = next;
        }
    }

    /// <summary>Turns figures into decimals, and keeps the text of those that none holds.</summary>
    private sealed class WideFigures
    {
        private Dictionary<string, string>? _texts;

        public IReadOnlyDictionary<string, string>? Texts => _texts;

        public decimal Amount(string name, BigInteger units) => Figure(name, units, DecimalUnits.Places);

        public decimal? Ratio(string name, BigInteger? units) => units is { } known ? Figure(name, known, RatioPlaces) : null;

        private decimal Figure(string name, BigInteger units, int places)
        {
            var nearest = DecimalUnits.ToNearest(units, places, out var isExact);
            if (!isExact) (_texts ??= []).Add(name, DecimalUnits.ToText(units, places));
            return nearest;
        }
    }
}
