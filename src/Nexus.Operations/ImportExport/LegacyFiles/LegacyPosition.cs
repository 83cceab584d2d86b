using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// A row of trade_journal. The legacy closes a trade as a whole, with exit less entry price times its quantity. So an open trade that was exited in
/// part becomes two rows: a closed one with what the exits realised, and an open one with the quantity that remains.
/// </summary>
/// <param name="Row">The row.</param>
/// <param name="IsRest">Whether it is the trade, or what remains of it, which keeps the number that an adopted trade had.</param>
internal sealed record LegacyPosition(TradeRow Row, bool IsRest = true)
{
    /// <summary>numeric(20,8), and an integer for the leverage.</summary>
    public bool FitsLegacy => decimal.IsInteger(Row.Leverage)
        && new[] { Row.EntryPrice, Row.ExitPrice ?? 0, Row.Quantity, Row.Pnl ?? 0, Row.Fees, Row.Slippage }.All(Fits);

    public static IEnumerable<LegacyPosition> Of(TradeRow trade)
    {
        var exits = trade.Fills.Where(fill => fill.Side == FillSide.Exit).ToList();
        if (trade.Status != TradeStatus.Open || exits.Count == 0) return [new(trade)];
        var exited = exits.Sum(fill => fill.Quantity);
        return
        [
            new(trade with { Status = TradeStatus.Closed, Quantity = exited, ExitTimestamp = exits.Max(fill => fill.Timestamp) }, IsRest: false),
            new(trade with { Quantity = trade.Quantity - exited, ExitPrice = null, Pnl = null, Fees = 0, Slippage = 0 }),
        ];
    }

    private static bool Fits(decimal value) => Math.Abs(value) < 1_000_000_000_000m && decimal.Round(value, 8) == value;
}
