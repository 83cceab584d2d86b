namespace Nexus.Trades;

/// <summary>The performance of groups of trades, the largest total PnL first.</summary>
/// <param name="Groups">The first groups, up to the limit.</param>
/// <param name="Count">How many groups there are in all.</param>
public sealed record PerformanceGroups(IReadOnlyList<PerformanceGroup> Groups, long Count);
