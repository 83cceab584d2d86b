namespace Nexus.Trades;

/// <summary>
/// Performance figures of the closed trades that have a PnL, computed in SQL with exact decimals. Ratios are rounded half away from zero to 8 places.
/// </summary>
/// <param name="Trades">How many.</param>
/// <param name="Wins">With a PnL above zero.</param>
/// <param name="Losses">With a PnL below zero.</param>
/// <param name="WinRate">Wins ÷ trades, 0 to 1; 0 without trades.</param>
/// <param name="GrossProfit">Sum of the positive PnLs.</param>
/// <param name="GrossLoss">Sum of the negative PnLs as a positive number.</param>
/// <param name="ProfitFactor">Gross profit ÷ gross loss; null when nothing was lost.</param>
/// <param name="Expectancy">Mean PnL of a trade; 0 without trades.</param>
/// <param name="TotalPnl">Sum of the PnLs, which are net of fees.</param>
/// <param name="TotalFees">Sum of the fees.</param>
/// <param name="MaxDrawdown">
/// The largest fall of the running total of PnL below its highest value so far (at least 0), in order of exit time and then id, as a positive amount.
/// </param>
public sealed record TradePerformance(
    long Trades,
    long Wins,
    long Losses,
    decimal WinRate,
    decimal GrossProfit,
    decimal GrossLoss,
    decimal? ProfitFactor,
    decimal Expectancy,
    decimal TotalPnl,
    decimal TotalFees,
    decimal MaxDrawdown);
