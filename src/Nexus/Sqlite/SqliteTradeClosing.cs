using System.Numerics;
using Nexus.Errors;
using Nexus.Trades;

namespace Nexus.Sqlite;

/// <summary>The arithmetic of closing a trade, in integers: price × quantity has more digits than a decimal holds.</summary>
internal static class SqliteTradeClosing
{
    private static readonly BigInteger Unit = 100_000_000;
    private static readonly BigInteger MoneyLimit = BigInteger.Pow(10, 20);
    private static readonly BigInteger PercentLimit = BigInteger.Pow(10, 10);

    /// <exception cref="NexusValidationException">A result does not fit numeric(20,8).</exception>
    public static TradeRow Close(TradeRow trade, CloseTrade close, DateTimeOffset now)
    {
        var fees = Money("fees", DecimalUnits.Of(trade.Fees) + DecimalUnits.Of(close.Fees ?? 0));
        var slippage = Money("slippage", DecimalUnits.Of(trade.Slippage) + DecimalUnits.Of(close.Slippage ?? 0));
        var exitPrice = close.ExitPrice ?? trade.ExitPrice;
        var pnl = close.Pnl ?? PnlOf(trade, exitPrice, fees);
        return trade with
        {
            ExitPrice = exitPrice,
            ExitTimestamp = SqliteTime.Truncate(close.ExitTimestamp ?? now),
            Pnl = pnl,
            PnlPct = close.PnlPct ?? PercentOf(trade, pnl),
            Fees = fees,
            Slippage = slippage,
            ExitReason = close.ExitReason ?? trade.ExitReason,
            Status = close.Status,
        };
    }

    private static decimal? PnlOf(TradeRow trade, decimal? exitPrice, decimal fees)
    {
        if (exitPrice is not { } exit) return null;
        var gain = (DecimalUnits.Of(exit) - DecimalUnits.Of(trade.EntryPrice)) * DecimalUnits.Of(trade.Quantity);
        if (trade.Side == TradeSide.Short) gain = -gain;
        return Money("pnl", DecimalUnits.DivideRounded(gain - DecimalUnits.Of(fees) * Unit, Unit));
    }

    private static decimal? PercentOf(TradeRow trade, decimal? pnl)
    {
        var stake = DecimalUnits.Of(trade.EntryPrice) * DecimalUnits.Of(trade.Quantity);
        if (pnl is not { } gain || stake.IsZero || trade.Leverage == 0) return null;
        var percent = DecimalUnits.DivideRounded(DecimalUnits.Of(gain) * Unit * trade.Leverage * 100 * 10_000, stake);
        return BigInteger.Abs(percent) < PercentLimit ? DecimalUnits.ToDecimal(percent, places: 4) : null;
    }

    private static decimal Money(string field, BigInteger units) => BigInteger.Abs(units) < MoneyLimit
        ? DecimalUnits.ToDecimal(units)
        : throw new NexusValidationException(field, "must stay below 1000000000000 with at most 8 decimal places");
}
