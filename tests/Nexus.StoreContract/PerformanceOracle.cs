using System.Numerics;
using Nexus.Trades;

namespace Nexus.StoreContract;

/// <summary>The figures as <see cref="TradePerformance"/> defines them, in whole numbers of 10⁻⁸, so that nothing is rounded on the way.</summary>
internal static class PerformanceOracle
{
    private static readonly BigInteger Unit = 100_000_000;

    public static TradePerformance Of(IEnumerable<TradeRow> trades)
    {
        var counted = trades
            .Where(trade => trade is { Status: TradeStatus.Closed, Pnl: not null })
            .OrderBy(trade => trade.ExitTimestamp)
            .ThenBy(trade => trade.Id.ToString("n"), StringComparer.Ordinal)
            .ToList();
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
            counted.Count == 0 ? 0 : Amount(Divide(total, counted.Count)),
            Amount(total),
            Amount(Sum(counted.ConvertAll(trade => Units(trade.Fees)))),
            Amount(drawdown));
    }

    private static BigInteger Units(decimal value) =>
        new BigInteger(decimal.Truncate(value)) * Unit + new BigInteger((value - decimal.Truncate(value)) * (decimal)Unit);

    private static decimal Amount(BigInteger units) => (decimal)(units / Unit) + (decimal)(units % Unit) / (decimal)Unit;

    private static decimal Ratio(BigInteger over, BigInteger under) => Amount(Divide(over * Unit, under));

    private static BigInteger Sum(List<BigInteger> values) => values.Aggregate(BigInteger.Zero, (sum, value) => sum + value);

    /// <summary>Half away from zero.</summary>
    private static BigInteger Divide(BigInteger over, BigInteger under)
    {
        var quotient = BigInteger.DivRem(over, under, out var rest);
        return BigInteger.Abs(rest) * 2 >= BigInteger.Abs(under) ? quotient + over.Sign * under.Sign : quotient;
    }
}
