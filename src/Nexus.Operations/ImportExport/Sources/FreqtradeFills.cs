using Nexus.Errors;
using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// The filled orders of a trade of freqtrade as its fills, where they explain the trade exactly. Otherwise they stay in the metadata alone.
/// </summary>
internal static class FreqtradeFills
{
    /// <summary>freqtrade's average of several orders is floating point, of at least as many digits.</summary>
    private const decimal AverageError = 0.000000001m;

    /// <returns>
    /// The fills in the order of time. None where the orders do not add up to the trade, and none while it is open: its PnL would follow from its
    /// fills, and freqtrade keeps the fees apart from the orders.
    /// </returns>
    public static IReadOnlyList<TradeFill> Read(Trade trade, IReadOnlyList<SourceRow> orders, SourceReport report)
    {
        if (trade.Status == TradeStatus.Open) return [];
        try
        {
            TradeFill[] fills = [.. orders.Where(IsFilled).Select(order => Read(order, trade.Side)).OrderBy(fill => fill.Timestamp)];
            if (fills.Length == 0) return [];
            if (Difference(trade, fills) is not { } reason) return fills;
            report.Note($"orders stay in the metadata, because {reason}", fills.Length);
        }
        catch (NexusValidationException error)
        {
            report.Note($"orders of a trade stay in the metadata, because {error.Message}", orders.Count);
        }
        catch (OverflowException)
        {
            report.Note("orders of a trade stay in the metadata, because their sums have more digits than a decimal holds", orders.Count);
        }
        return [];
    }

    /// <summary>Whether something of the order was executed; it may have been cancelled later.</summary>
    private static bool IsFilled(SourceRow order) => order.Decimal("filled") is > 0;

    private static TradeFill Read(SourceRow order, TradeSide side)
    {
        if (order.Decimal("ft_fee_base") is { } feeInBase && feeInBase != 0)
            throw new NexusValidationException("ft_fee_base", "is a part of the quantity that was paid as a fee");
        var isEntry = order.RequiredText("ft_order_side") switch
        {
            "buy" => side == TradeSide.Long,
            "sell" => side == TradeSide.Short,
            "stoploss" => false,
            _ => throw new NexusValidationException("ft_order_side", "must be buy, sell or stoploss"),
        };
        return new TradeFill
        {
            OrderId = order.RequiredText("order_id"),
            Side = isEntry ? FillSide.Entry : FillSide.Exit,
            Price = order.Decimal("average") is { } average and > 0 ? average : order.RequiredDecimal("price"),
            Quantity = order.RequiredDecimal("filled"),
            Timestamp = order.Instant("order_filled_date")
                ?? throw new NexusValidationException("order_filled_date", "is missing in the source"),
        };
    }

    /// <returns>Why the orders do not explain the trade; null if they do.</returns>
    private static string? Difference(Trade trade, TradeFill[] fills)
    {
        if (fills.DistinctBy(fill => fill.OrderId).Count() < fills.Length) return "an order id occurs twice";
        if (!Array.TrueForAll(fills, fill => SourceIds.IsOrderId(fill.OrderId))) return "an order id is too long or not readable";
        var (entries, exits) = (Array.FindAll(fills, fill => fill.Side == FillSide.Entry), Array.FindAll(fills, fill => fill.Side == FillSide.Exit));
        if (entries.Sum(fill => fill.Quantity) != trade.Quantity) return "the entries do not add up to the quantity";
        if (exits.Sum(fill => fill.Quantity) != trade.Quantity) return "the exits do not add up to the quantity";
        if (!IsAverage(entries, trade.EntryPrice)) return "the average of the entries is not the entry price";
        return trade.ExitPrice is { } exit && !IsAverage(exits, exit) ? "the average of the exits is not the exit price" : null;
    }

    private static bool IsAverage(TradeFill[] fills, decimal price) => fills.Length == 1
        ? fills[0].Price == price
        : Math.Abs((fills.Sum(fill => fill.Price * fill.Quantity) / fills.Sum(fill => fill.Quantity)) - price) <= price * AverageError;
}
