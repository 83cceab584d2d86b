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

    /// <summary>By strategy, the largest profit first.</summary>
    public IReadOnlyList<PerformanceGroup> Strategies { get; init; } = [];

    /// <summary>By symbol, the largest profit first.</summary>
    public IReadOnlyList<PerformanceGroup> Symbols { get; init; } = [];

    /// <summary>What is wrong with the filter; null if nothing is.</summary>
    public string? Error { get; init; }
}
