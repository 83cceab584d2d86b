namespace Nexus.Trades;

/// <summary>
/// Performance figures of the closed trades that have a PnL, of exact sums in the store. Ratios are rounded half away from zero to 8 places.
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
    decimal MaxDrawdown)
{
    /// <summary>Mean PnL of the wins; null without wins.</summary>
    public decimal? AverageWin { get; init; }

    /// <summary>Mean PnL of the losses as a positive number; null without losses.</summary>
    public decimal? AverageLoss { get; init; }

    /// <summary>
    /// The expectancy in R, the average loss: (win rate × average win − (1 − win rate) × average loss) ÷ average loss. A trade without gain or loss
    /// counts as not won. Null without losses.
    /// </summary>
    public decimal? ExpectancyR { get; init; }

    /// <summary>
    /// Mean ÷ sample standard deviation of the PnL of a day × √365, over every UTC day from the first exit to the last; a day without an exit counts
    /// as 0. Null for fewer than two days and where all days are equal.
    /// </summary>
    public decimal? SharpeRatio { get; init; }

    /// <summary>Mean time from entry to exit, in whole microseconds; null if no trade has both.</summary>
    public TimeSpan? AverageHoldingTime { get; init; }

    /// <summary>
    /// Mean of the maximum adverse excursions, of the trades whose metadata has the number <c>mae</c>; null without, and unless
    /// <see cref="PerformanceFilter.WithExcursions"/> asks for it.
    /// </summary>
    public decimal? AverageMae { get; init; }

    /// <summary>The same of the maximum favourable excursions, <c>mfe</c>.</summary>
    public decimal? AverageMfe { get; init; }

    /// <summary>
    /// The figures of which a <see cref="decimal"/> holds only the first 28 digits, with all digits by the name of their property; null if there are
    /// none. Their properties are rounded half away from zero, or the end of the range of a decimal where they are beyond it.
    /// </summary>
    public IReadOnlyDictionary<string, string>? ExactFigures { get; init; }
}
