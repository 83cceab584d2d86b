using Nexus.Chats;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Trades;

/// <summary>How an open trade ends.</summary>
public sealed record TradeClose
{
    /// <summary>The exit price, zero or more. Required unless the trade is cancelled.</summary>
    public decimal? ExitPrice { get; init; }

    /// <summary>When the position was closed; null for now, by the store's clock.</summary>
    public DateTimeOffset? ExitTimestamp { get; init; }

    /// <summary>The profit or loss; null for (exit − entry) × quantity, negated for a short, minus all fees.</summary>
    public decimal? Pnl { get; init; }

    /// <summary>The profit or loss in percent; null for the PnL in percent of entry price × quantity ÷ leverage.</summary>
    public decimal? PnlPct { get; init; }

    /// <summary>Added to the fees that the trade holds.</summary>
    public decimal? Fees { get; init; }

    /// <summary>Added to the slippage that the trade holds.</summary>
    public decimal? Slippage { get; init; }

    /// <summary>At most 1,000 characters.</summary>
    public string? ExitReason { get; init; }

    /// <summary>The order never became a position: the trade is cancelled and is not part of any figure.</summary>
    public bool Cancelled { get; init; }
}
