using System.Numerics;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Trades;

/// <summary>
/// Computes a trade from its fills, in integers: price × quantity has more digits than a decimal holds. The SQL for PostgreSQL computes the same.
/// </summary>
internal static class TradeFilling
{
    private static readonly BigInteger Unit = BigInteger.Pow(10, DecimalUnits.Places);
    private static readonly BigInteger PercentLimit = BigInteger.Pow(10, 10);

    /// <param name="trade">As it is stored.</param>
    /// <param name="given">The fills that are added.</param>
    /// <param name="now">The store's clock.</param>
    /// <returns>The trade with them; the same object if it has all of them; null and the reason if they do not fit what is stored.</returns>
    /// <exception cref="NexusValidationException">A result does not fit its column.</exception>
    public static (TradeRow? Filled, NexusException? Refusal) Add(TradeRow trade, IReadOnlyList<TradeFill> given, DateTimeOffset now)
    {
        var all = trade.Fills.ToList();
        foreach (var fill in given)
        {
            var added = fill with { Exchange = FillRules.Foreign(fill.Exchange, trade.Exchange), Timestamp = fill.Timestamp ?? now };
            if (Find(all, fill, trade.Exchange) is not { } stored) all.Add(added);
            else if (stored != added with { Timestamp = fill.Timestamp ?? stored.Timestamp })
                return (null, new NexusStateException(
                    $"trade {trade.Id}", $"has another fill with the order id {fill.OrderId}: an order id is added once"));
        }
        if (all.Count == trade.Fills.Count) return (trade, null);
        if (trade.Status != TradeStatus.Open) return (null, new NexusStateException($"trade {trade.Id}", "is not open: no fills can be added"));
        if (all.Count > FillRules.MaxOfTrade) return (null, FillRules.TooMany());
        var sums = FillSums.Of(all, trade.Symbol);
        if (FillRules.BeyondQuantity(sums, trade.Quantity) is { } beyond) return (null, beyond);
        return (Apply(trade, all, sums), null);
    }

    /// <summary>The stored fill with the order id and the exchange of another; null if there is none.</summary>
    public static TradeFill? Find(IReadOnlyList<TradeFill> stored, TradeFill given, string? home)
    {
        var exchange = FillRules.Foreign(given.Exchange, home);
        return stored.FirstOrDefault(fill => fill.OrderId == given.OrderId && fill.Exchange == exchange);
    }

    /// <summary>The profit or loss in percent of the margin, if it is defined and fits numeric(10,4).</summary>
    /// <param name="pnl">The profit or loss.</param>
    /// <param name="cost">Price × quantity of the entry, in units of 10⁻³⁶.</param>
    /// <param name="leverage">1 or more.</param>
    public static decimal? Percent(decimal? pnl, BigInteger cost, decimal leverage)
    {
        if (pnl is not { } gain || cost.IsZero) return null;
        var percent = DecimalUnits.DivideRounded(DecimalUnits.Of(gain) * DecimalUnits.Of(leverage) * 100 * 10_000, cost);
        return BigInteger.Abs(percent) < PercentLimit ? DecimalUnits.ToDecimal(percent, places: 4) : null;
    }

    /// <summary>What was entered for the whole position: price × quantity in units of 10⁻³⁶.</summary>
    public static BigInteger Cost(TradeRow trade, FillSums sums) =>
        sums.Entries is null ? DecimalUnits.Of(trade.EntryPrice) * DecimalUnits.Of(trade.Quantity) : sums.Cost;

    private static TradeRow Apply(TradeRow trade, IReadOnlyList<TradeFill> all, FillSums sums)
    {
        var fees = FillRules.Amount(
            "fees", DecimalUnits.Of(trade.Fees) + sums.Fees - FillSums.Of(trade.Fills, trade.Symbol).Fees);
        var filled = trade with { Fills = all, Fees = fees };
        if (sums.Entries is { } entered) filled = filled with { EntryPrice = DecimalUnits.Quotient(sums.Cost, entered * Unit) };
        if (sums.Exits.IsZero) return filled;
        // The cost of what was exited is a share of the cost of what was entered.
        var (cost, share) = sums.Entries is { } whole ? (sums.Cost, whole) : (DecimalUnits.Of(trade.EntryPrice) * Unit, Unit);
        var gain = (sums.Proceeds * share) - (cost * sums.Exits);
        if (trade.Side == TradeSide.Short) gain = -gain;
        filled = filled with
        {
            ExitPrice = DecimalUnits.Quotient(sums.Proceeds, sums.Exits * Unit),
            Pnl = Pnl(gain - (DecimalUnits.Of(fees) * Unit * share), share * Unit * Unit),
        };
        return sums.Exits != DecimalUnits.Of(trade.Quantity)
            ? filled
            : filled with
            {
                Status = TradeStatus.Closed,
                ExitTimestamp = sums.LastExit,
                PnlPct = Percent(filled.Pnl, Cost(trade, sums), trade.Leverage),
            };
    }

    /// <exception cref="NexusValidationException">It is too large.</exception>
    public static decimal Pnl(BigInteger numerator, BigInteger denominator) =>
        BigInteger.Abs(numerator) < BigInteger.Abs(denominator) * BigInteger.Pow(10, Validation.AmountWholeDigits)
            ? DecimalUnits.Quotient(numerator, denominator)
            : throw new NexusValidationException("pnl", "must stay below 100000000000000000000");
}
