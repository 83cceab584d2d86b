using System.Numerics;
using Nexus.Errors;

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
    /// <exception cref="StoreRejectedException">A figure has more digits than a decimal can hold.</exception>
    public static TradePerformance Of(TradeSegment sum, TradingDays days)
    {
        try
        {
            BigInteger profit = sum.Profit, loss = -sum.Loss, pnl = sum.Pnl;
            return new TradePerformance(
                sum.Trades,
                sum.Wins,
                sum.Losses,
                Ratio(sum.Wins, sum.Trades) ?? 0,
                Amount(profit),
                Amount(loss),
                Ratio(profit, loss),
                Mean(pnl, sum.Trades) ?? 0,
                Amount(pnl),
                Amount(sum.Fees),
                Amount(sum.Fall))
            {
                AverageWin = Mean(profit, sum.Wins),
                AverageLoss = Mean(loss, sum.Losses),
                ExpectancyR = Ratio((profit * sum.Losses) - ((sum.Trades - sum.Wins) * loss), sum.Trades * loss),
                SharpeRatio = Sharpe(days),
                AverageHoldingTime = sum.Holdings == 0 ? null
                    : TimeSpan.FromMicroseconds((long)DecimalUnits.DivideRounded(sum.Held, sum.Holdings)),
                AverageMae = Mean(sum.Mae, sum.Maes),
                AverageMfe = Mean(sum.Mfe, sum.Mfes),
            };
        }
        catch (OverflowException error)
        {
            throw TooLarge(error);
        }
    }

    /// <summary>The steps of a curve, of buckets in order of time.</summary>
    /// <exception cref="StoreRejectedException">A figure has more digits than a decimal can hold.</exception>
    public static IReadOnlyList<EquityPoint> Curve(IEnumerable<TradeSegment> buckets)
    {
        try
        {
            var points = new List<EquityPoint>();
            // Nothing was traded before: the total is 0, and so is its peak.
            var before = new TradeSegment();
            foreach (var bucket in buckets)
            {
                if (bucket.Start is not { } start) continue;
                var (peak, total) = (before.Top, before.Pnl);
                before = before.Then(bucket);
                var deepest = Int128.Max(bucket.Fall, peak - (total + bucket.Bottom));
                points.Add(new EquityPoint(
                    start, bucket.Trades, Amount(bucket.Pnl), Amount(bucket.Fees), Amount(before.Pnl), Amount(before.Top - before.Pnl),
                    Amount(Int128.Max(0, deepest))));
            }
            return points;
        }
        catch (OverflowException error)
        {
            throw TooLarge(error);
        }
    }

    public static StoreRejectedException TooLarge(Exception error) =>
        new("22003", "a total has more digits than a decimal can hold: ask for fewer days or a single chat", error);

    private static decimal Amount(BigInteger units) => DecimalUnits.ToDecimal(units);

    private static decimal? Mean(BigInteger units, BigInteger count) => count.IsZero ? null : DecimalUnits.Quotient(units, count * Unit);

    private static decimal? Ratio(BigInteger over, BigInteger under) =>
        under.IsZero ? null : DecimalUnits.ToDecimal(DecimalUnits.DivideRounded(over * RatioUnit, under), RatioPlaces);

    /// <summary>
    /// Mean ÷ sample standard deviation of the PnL of a day × √365. With n days, sum s and sum of squares q this is
    /// ±√(365 s² (n − 1) ÷ (n (n q − s²))).
    /// </summary>
    private static decimal? Sharpe(TradingDays days)
    {
        if (days.Count < 2) return null;
        BigInteger n = days.Count, square = days.Sum * days.Sum;
        var spread = (n * days.Squares) - square;
        if (spread.IsZero) return null;
        // Twice the root, rounded down, tells where the half is.
        var twice = Root(4 * RatioUnit * RatioUnit * DaysOfYear * square * (n - 1) / (n * spread));
        return DecimalUnits.ToDecimal((twice + 1) / 2 * days.Sum.Sign, RatioPlaces);
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
}
