using System.Numerics;

namespace Nexus.Trades;

/// <summary>The exact sums of the fills of a trade. Amounts are whole units of 10⁻¹⁸, products of 10⁻³⁶.</summary>
/// <param name="Entries">The quantity of the entries; null without any.</param>
/// <param name="Cost">Price × quantity of the entries.</param>
/// <param name="Exits">The quantity of the exits.</param>
/// <param name="Proceeds">Price × quantity of the exits.</param>
/// <param name="Fees">The fees that are part of the PnL.</param>
/// <param name="LastExit">The latest exit.</param>
internal readonly record struct FillSums(
    BigInteger? Entries, BigInteger Cost, BigInteger Exits, BigInteger Proceeds, BigInteger Fees, DateTimeOffset? LastExit)
{
    public static FillSums Of(IReadOnlyList<TradeFill> fills, string symbol)
    {
        BigInteger? entries = null;
        BigInteger cost = 0, exits = 0, proceeds = 0, fees = 0;
        DateTimeOffset? last = null;
        foreach (var fill in fills)
        {
            var quantity = DecimalUnits.Of(fill.Quantity);
            var value = DecimalUnits.Of(fill.Price) * quantity;
            if (IsInPnl(fill.FeeCurrency, symbol)) fees += DecimalUnits.Of(fill.Fee);
            if (fill.Side == FillSide.Entry)
            {
                entries = (entries ?? 0) + quantity;
                cost += value;
                continue;
            }
            exits += quantity;
            proceeds += value;
            if (last is null || fill.Timestamp > last) last = fill.Timestamp;
        }
        return new FillSums(entries, cost, exits, proceeds, fees, last);
    }

    public static decimal? Entered(IReadOnlyList<TradeFill> fills) =>
        fills.Any(fill => fill.Side == FillSide.Entry) ? fills.Where(fill => fill.Side == FillSide.Entry).Sum(fill => fill.Quantity) : null;

    public static decimal Exited(IReadOnlyList<TradeFill> fills) => fills.Where(fill => fill.Side == FillSide.Exit).Sum(fill => fill.Quantity);

    /// <summary>
    /// Whether a fee is in the currency of the PnL: none is named, or it is the quote currency, with which the symbol ends (BTCUSDT, BTC/USDT:USDT)
    /// or which stands between two separators (BTC-USDT-SWAP). What the symbol begins with is its base currency, as T of TUSDT. As
    /// nexus_fill_figures in PostgreSQL.
    /// </summary>
    public static bool IsInPnl(string? currency, string symbol)
    {
        if (currency is null) return true;
        if (symbol.StartsWith(currency, StringComparison.Ordinal)) return false;
        return symbol.EndsWith(currency, StringComparison.Ordinal)
            || symbol.Replace('/', '-').Replace('_', '-').Replace(':', '-').Contains($"-{currency}-", StringComparison.Ordinal);
    }
}
