using System.Numerics;
using Nexus.Errors;
using Nexus.Trades;

namespace Nexus.Sqlite;

/// <summary>The arithmetic of closing a trade, in integers: price × quantity has more digits than a decimal holds.</summary>
internal static class SqliteTradeClosing
{
    private static readonly BigInteger Unit = BigInteger.Pow(10, DecimalUnits.Places);

    /// <exception cref="NexusValidationException">A result exceeds the limit of amounts, or a trade with fills would be cancelled.</exception>
    public static TradeRow Close(TradeRow trade, CloseTrade close, DateTimeOffset now)
    {
        if (close.Status == TradeStatus.Cancelled && trade.Fills.Count > 0)
            throw new NexusValidationException("cancelled", "must be false for a trade with fills: close it");
        var fees = FillRules.Amount("fees", DecimalUnits.Of(trade.Fees) + DecimalUnits.Of(close.Fees ?? 0));
        var slippage = FillRules.Amount("slippage", DecimalUnits.Of(trade.Slippage) + DecimalUnits.Of(close.Slippage ?? 0));
        var sums = FillSums.Of(trade.Fills, trade.Symbol);
        var cost = TradeFilling.Cost(trade, sums);
        var exitPrice = close.ExitPrice ?? trade.ExitPrice;
        BigInteger? proceeds = null;
        if (exitPrice is { } exit)
        {
            // What the fills have not exited yet ends at this price.
            var whole = sums.Entries ?? DecimalUnits.Of(trade.Quantity);
            proceeds = sums.Proceeds + (DecimalUnits.Of(exit) * (whole - sums.Exits));
            if (!sums.Exits.IsZero) exitPrice = DecimalUnits.Quotient(proceeds.Value, whole * Unit);
        }
        var pnl = close.Pnl ?? PnlOf(trade.Side, cost, proceeds, fees);
        return trade with
        {
            ExitPrice = exitPrice,
            ExitTimestamp = SqliteTime.Truncate(close.ExitTimestamp ?? now),
            Pnl = pnl,
            PnlPct = close.PnlPct ?? TradeFilling.Percent(pnl, cost, trade.Leverage),
            Fees = fees,
            Slippage = slippage,
            ExitReason = close.ExitReason ?? trade.ExitReason,
            Status = close.Status,
        };
    }

    private static decimal? PnlOf(TradeSide side, BigInteger cost, BigInteger? proceeds, decimal fees)
    {
        if (proceeds is not { } received) return null;
        var gain = side == TradeSide.Short ? cost - received : received - cost;
        return TradeFilling.Pnl(gain - (DecimalUnits.Of(fees) * Unit), Unit * Unit);
    }
}
