using Nexus.Chats;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Trades;

/// <summary>
/// One trade. Amounts are exact decimals: at most 12 digits before and 8 after the point; an amount that does not fit is refused, never rounded.
/// </summary>
public sealed record Trade
{
    /// <summary>A UUID from the caller, preferably version 7, which makes repeated calls idempotent. If empty, one is generated.</summary>
    public Guid Id { get; init; }

    /// <summary>The tenant.</summary>
    public required ChatId ChatId { get; init; }

    /// <summary>At most 64 characters.</summary>
    public required string Symbol { get; init; }

    /// <summary>The direction.</summary>
    public required TradeSide Side { get; init; }

    /// <summary>At most 256 characters.</summary>
    public string? Strategy { get; init; }

    /// <summary>At most 256 characters.</summary>
    public string? Exchange { get; init; }

    /// <summary>Above zero.</summary>
    public required decimal EntryPrice { get; init; }

    /// <summary>Zero or more, once it is closed.</summary>
    public decimal? ExitPrice { get; init; }

    /// <summary>Above zero.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Leverage { get; init; } = 1;

    /// <summary>
    /// When the position was entered, years 2000 to 2099, in whole microseconds. Left at the default: the instant inside a version 7
    /// <see cref="Id"/>, so that a repeated call says the same, or now where the id is made here.
    /// </summary>
    public DateTimeOffset EntryTimestamp { get; init; }

    /// <summary>When the position was closed.</summary>
    public DateTimeOffset? ExitTimestamp { get; init; }

    /// <summary>Profit or loss, net of fees.</summary>
    public decimal? Pnl { get; init; }

    /// <summary>The profit or loss in percent of the margin: at most 6 digits before and 4 after the point.</summary>
    public decimal? PnlPct { get; init; }

    /// <summary>Fees paid so far; a rebate is negative.</summary>
    public decimal Fees { get; init; }

    /// <summary>Slippage so far.</summary>
    public decimal Slippage { get; init; }

    /// <summary>The status.</summary>
    public TradeStatus Status { get; init; } = TradeStatus.Open;

    /// <summary>Why it was closed, at most 1,000 characters.</summary>
    public string? ExitReason { get; init; }

    /// <summary>A JSON object of at most 256 KiB. Secret fields inside it are sealed.</summary>
    public StateJson Metadata { get; init; } = StateJson.EmptyObject;

    /// <summary>1 when opened, more after each change; 0 for a trade that was not read from a store.</summary>
    public long Version { get; init; }

    /// <summary>When it was last changed, by the store's clock.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>The identity of a trade. Several chats may have a trade with the same id, such as that of a signal that they copied.</summary>
/// <param name="ChatId">The tenant.</param>
/// <param name="EntryTimestamp">When the position was entered.</param>
/// <param name="Id">The caller's id.</param>
public readonly record struct TradeKey(ChatId ChatId, DateTimeOffset EntryTimestamp, Guid Id);

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

/// <summary>Which trades to list. All conditions must hold.</summary>
public sealed record TradeFilter
{
    /// <summary>One chat.</summary>
    public ChatId? ChatId { get; init; }

    /// <summary>One status.</summary>
    public TradeStatus? Status { get; init; }

    /// <summary>One symbol, exactly.</summary>
    public string? Symbol { get; init; }

    /// <summary>Entered at or after.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Entered before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only trades after this one: the last trade of the previous page.</summary>
    public Trade? After { get; init; }

    /// <summary>The most trades to return, 1 or more; null for all.</summary>
    public int? Limit { get; init; }
}
