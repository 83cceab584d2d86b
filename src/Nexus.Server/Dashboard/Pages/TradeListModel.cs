using Nexus.Trades;

namespace Nexus.Server.Dashboard;

/// <summary>A page of trades.</summary>
public sealed class TradeListModel
{
    /// <summary>What was asked for.</summary>
    public required TradeFilterText Filter { get; init; }

    /// <summary>Whether this is not the first page.</summary>
    public bool IsLater { get; init; }

    /// <summary>The trades, newest entry first.</summary>
    public required IReadOnlyList<Trade> Rows { get; init; }

    /// <summary>The cursor of the next page; null on the last.</summary>
    public string? Next { get; init; }

    /// <summary>What is wrong with the filter; null if nothing is.</summary>
    public string? Error { get; init; }
}
