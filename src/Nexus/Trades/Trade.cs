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
    /// When the position was entered, years 2000 to 2099, in whole microseconds. The default is the instant inside a version 7
    /// <see cref="Id"/>, so that a repeated call has the same value, or the current time if the id is created here.
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
