using Nexus.Trades;

namespace Nexus.Server.Dashboard;

/// <summary>The performance of closed trades.</summary>
public sealed class PerformanceModel
{
    /// <summary>One chat; null for all.</summary>
    public string? Chat { get; init; }

    /// <summary>The last days; null for all time.</summary>
    public int? Days { get; init; }

    /// <summary>Figures over all closed trades that were asked for.</summary>
    public TradePerformance? Figures { get; init; }

    /// <summary>The running total and its fall below its peak.</summary>
    public ChartModel? Curve { get; init; }

    /// <summary>The number of trades of the curve and of the tables: the newest ones, up to a limit.</summary>
    public int Counted { get; init; }

    /// <summary>Whether there are more closed trades than were counted.</summary>
    public bool IsCut { get; init; }

    /// <summary>By strategy, the largest profit first.</summary>
    public IReadOnlyList<Share> Strategies { get; init; } = [];

    /// <summary>By symbol, the largest profit first.</summary>
    public IReadOnlyList<Share> Symbols { get; init; } = [];

    /// <summary>What is wrong with the filter; null if nothing is.</summary>
    public string? Error { get; init; }

    /// <summary>A part of the trades.</summary>
    /// <param name="Name">The strategy or the symbol; null for trades without one.</param>
    /// <param name="Trades">How many.</param>
    /// <param name="Wins">With a PnL above zero.</param>
    /// <param name="Pnl">The sum of their PnL.</param>
    public sealed record Share(string? Name, int Trades, int Wins, decimal Pnl);
}
