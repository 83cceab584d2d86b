namespace Nexus.Trades;

/// <summary>One step of an equity curve: the trades that were closed in one bucket of time, and the running total at its end.</summary>
/// <param name="At">Where the bucket starts.</param>
/// <param name="Trades">The trades closed in it.</param>
/// <param name="Pnl">The sum of their PnLs.</param>
/// <param name="Fees">The sum of their fees.</param>
/// <param name="Equity">The running total of PnL at the end of the bucket; it starts at 0 before the first trade of the curve.</param>
/// <param name="Drawdown">How far the running total is below its highest value so far (at least 0) at the end of the bucket.</param>
/// <param name="MaxDrawdown">The largest such fall at any trade within the bucket.</param>
public sealed record EquityPoint(
    DateTimeOffset At, long Trades, decimal Pnl, decimal Fees, decimal Equity, decimal Drawdown, decimal MaxDrawdown)
{
    /// <summary>As <see cref="TradePerformance.ExactFigures"/>.</summary>
    public IReadOnlyDictionary<string, string>? ExactFigures { get; init; }
}
