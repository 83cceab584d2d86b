namespace Nexus.Trades;

/// <summary>The performance of one group of trades.</summary>
/// <param name="Name">What they have in common; null for trades without it.</param>
/// <param name="Performance">Their figures.</param>
public sealed record PerformanceGroup(string? Name, TradePerformance Performance);
