using System.Numerics;
using System.Text.Json;
using Nexus.Trades;

namespace Nexus.StoreContract;

/// <summary>The figures as <see cref="TradePerformance"/> defines them, in whole numbers of 10⁻¹⁸, so that nothing is rounded on the way.</summary>
internal static class PerformanceOracle
{
    private static readonly BigInteger Unit = BigInteger.Pow(10, 18);

    /// <summary>Ratios have 8 places.</summary>
    private static readonly BigInteger RatioUnit = 100_000_000;

    /// <summary>Groups, the largest total first, then by name with trades that have none last.</summary>
    public static IReadOnlyList<PerformanceGroup> Of(IEnumerable<TradeRow> trades, Func<TradeRow, string?> nameOf, bool withExcursions = false) =>
    [
        .. trades.Where(trade => trade is { Status: TradeStatus.Closed, Pnl: not null }).GroupBy(nameOf, StringComparer.Ordinal)
            .Select(group => new PerformanceGroup(group.Key, Of(group, withExcursions)))
            .OrderByDescending(group => group.Performance.TotalPnl).ThenBy(group => group.Name is null)
            .ThenBy(group => group.Name, StringComparer.Ordinal),
    ];

    /// <summary>The curve as <see cref="EquityPoint"/> defines it.</summary>
    public static IReadOnlyList<EquityPoint> Curve(IEnumerable<TradeRow> trades, TimeSpan bucket)
    {
        var monday = new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
        BigInteger total = 0, peak = 0;
        var points = new List<EquityPoint>();
        foreach (var trade in InOrder(trades).Where(trade => trade.ExitTimestamp is not null))
        {
            var at = trade.ExitTimestamp!.Value;
            var start = at.AddTicks(-((((at - monday).Ticks % bucket.Ticks) + bucket.Ticks) % bucket.Ticks));
            total += Units(trade.Pnl!.Value);
            peak = BigInteger.Max(peak, total);
            var before = points.Count > 0 && points[^1].At == start ? points[^1] : new EquityPoint(start, 0, 0, 0, 0, 0, 0);
            if (before.Trades > 0) points.RemoveAt(points.Count - 1);
            points.Add(new EquityPoint(
                start, before.Trades + 1, before.Pnl + trade.Pnl.Value, before.Fees + trade.Fees, Amount(total), Amount(peak - total),
                Math.Max(before.MaxDrawdown, Amount(peak - total))));
        }
        return points;
    }

    public static TradePerformance Of(IEnumerable<TradeRow> trades, bool withExcursions = false)
    {
        var counted = InOrder(trades);
        var pnls = counted.ConvertAll(trade => Units(trade.Pnl!.Value));
        var wins = pnls.Where(pnl => pnl > 0).ToList();
        var losses = pnls.Where(pnl => pnl < 0).ToList();
        BigInteger profit = Sum(wins), loss = -Sum(losses), total = Sum(pnls), highest = 0, running = 0, drawdown = 0;
        foreach (var pnl in pnls)
        {
            running += pnl;
            highest = BigInteger.Max(highest, running);
            drawdown = BigInteger.Max(drawdown, highest - running);
        }
        return new TradePerformance(
            counted.Count,
            wins.Count,
            losses.Count,
            counted.Count == 0 ? 0 : Ratio(wins.Count, counted.Count),
            Amount(profit),
            Amount(loss),
            loss == 0 ? null : Ratio(profit, loss),
            counted.Count == 0 ? 0 : Mean(total, counted.Count),
            Amount(total),
            Amount(Sum(counted.ConvertAll(trade => Units(trade.Fees)))),
            Amount(drawdown))
        {
            AverageWin = wins.Count == 0 ? null : Mean(profit, wins.Count),
            AverageLoss = losses.Count == 0 ? null : Mean(loss, losses.Count),
            ExpectancyR = losses.Count == 0 ? null
                : Ratio((profit * losses.Count) - ((counted.Count - wins.Count) * loss), counted.Count * loss),
            SharpeRatio = Sharpe(counted),
            AverageHoldingTime = Holding([.. counted.Where(trade => trade.ExitTimestamp is not null)
                .Select(trade => (trade.ExitTimestamp!.Value - trade.EntryTimestamp).Ticks / 10)]),
            AverageMae = withExcursions ? Excursion(counted, "mae") : null,
            AverageMfe = withExcursions ? Excursion(counted, "mfe") : null,
        };
    }

    /// <summary>Closed trades with a PnL in the order of exit and id, those without an exit time last.</summary>
    private static List<TradeRow> InOrder(IEnumerable<TradeRow> trades) =>
    [
        .. trades
            .Where(trade => trade is { Status: TradeStatus.Closed, Pnl: not null })
            .OrderBy(trade => trade.ExitTimestamp is null).ThenBy(trade => trade.ExitTimestamp)
            .ThenBy(trade => trade.Id.ToString("n"), StringComparer.Ordinal),
    ];

    private static decimal? Sharpe(List<TradeRow> trades)
    {
        var days = new SortedDictionary<DateTime, BigInteger>();
        foreach (var trade in trades.Where(trade => trade.ExitTimestamp is not null))
        {
            var day = trade.ExitTimestamp!.Value.UtcDateTime.Date;
            days[day] = days.GetValueOrDefault(day) + Units(trade.Pnl!.Value);
        }
        if (days.Count == 0) return null;
        BigInteger n = (days.Keys.Last() - days.Keys.First()).Days + 1;
        var sum = Sum([.. days.Values]);
        // The variance times n (n - 1), from the deviation of each day, those without a trade among them.
        var spread = days.Values.Aggregate(BigInteger.Zero, (all, pnl) => all + ((n * pnl - sum) * (n * pnl - sum))) + ((n - days.Count) * sum * sum);
        if (n < 2 || spread == 0) return null;
        // 365 mean² ÷ variance, in units squared: the root is the largest whose rounding bound is not above it.
        BigInteger over = 365 * sum * sum * (n - 1) * RatioUnit * RatioUnit, under = spread;
        BigInteger low = 0, high = BigInteger.Pow(10, 30);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (((2 * middle) - 1) * ((2 * middle) - 1) * under <= 4 * over) low = middle;
            else high = middle;
        }
        return OfRatio(low * sum.Sign);
    }

    private static TimeSpan? Holding(List<long> microseconds) => microseconds.Count == 0
        ? null
        : TimeSpan.FromTicks(10 * (long)Divide(microseconds.Aggregate(BigInteger.Zero, (sum, held) => sum + held), microseconds.Count));

    private static decimal? Excursion(List<TradeRow> trades, string member)
    {
        var values = new List<BigInteger>();
        foreach (var trade in trades)
        {
            using var json = JsonDocument.Parse(trade.Metadata);
            if (json.RootElement.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number)
                values.Add(Units(decimal.Round(value.GetDecimal(), 18, MidpointRounding.AwayFromZero)));
        }
        return values.Count == 0 ? null : Mean(Sum(values), values.Count);
    }

    private static BigInteger Units(decimal value) =>
        new BigInteger(decimal.Truncate(value)) * Unit + new BigInteger((value - decimal.Truncate(value)) * (decimal)Unit);

    private static decimal Amount(BigInteger units) => (decimal)(units / Unit) + (decimal)(units % Unit) / (decimal)Unit;

    private static decimal Ratio(BigInteger over, BigInteger under) => OfRatio(Divide(over * RatioUnit, under));

    private static decimal OfRatio(BigInteger units) => (decimal)(units / RatioUnit) + ((decimal)(units % RatioUnit) / (decimal)RatioUnit);

    /// <summary>To 18 places, or as many as 28 digits leave.</summary>
    private static decimal Mean(BigInteger sum, BigInteger count)
    {
        var places = 18;
        while (true)
        {
            var scaled = Divide(sum * BigInteger.Pow(10, places), count * Unit);
            if (BigInteger.Abs(scaled) < BigInteger.Pow(10, 28) || places == 0)
            {
                var (whole, rest) = (BigInteger.DivRem(scaled, BigInteger.Pow(10, places), out var left), left);
                return (decimal)whole + ((decimal)rest / (decimal)BigInteger.Pow(10, places));
            }
            places--;
        }
    }

    private static BigInteger Sum(List<BigInteger> values) => values.Aggregate(BigInteger.Zero, (sum, value) => sum + value);

    /// <summary>Half away from zero.</summary>
    private static BigInteger Divide(BigInteger over, BigInteger under)
    {
        var quotient = BigInteger.DivRem(over, under, out var rest);
        return BigInteger.Abs(rest) * 2 >= BigInteger.Abs(under) ? quotient + over.Sign * under.Sign : quotient;
    }
}
