using Nexus.Chats;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Trades;

/// <summary>
/// One trade. Amounts are exact decimals below 10²⁰ with at most 18 places after the point and 28 significant digits; an amount that does not fit is
/// refused, never rounded.
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

    /// <summary>Above zero. With entries among the <see cref="Fills"/>, their average.</summary>
    public required decimal EntryPrice { get; init; }

    /// <summary>Zero or more, once it is closed. With exits among the <see cref="Fills"/>, the average so far.</summary>
    public decimal? ExitPrice { get; init; }

    /// <summary>Above zero. The whole of the position: its <see cref="Fills"/> add up to it.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>1 to 1,000, with at most 8 decimal places.</summary>
    public decimal Leverage { get; init; } = 1;

    /// <summary>
    /// When the position was entered, years 2000 to 2099, in whole microseconds. The default is the instant inside a version 7
    /// <see cref="Id"/>, so that a repeated call has the same value, or the current time if the id is created here.
    /// </summary>
    public DateTimeOffset EntryTimestamp { get; init; }

    /// <summary>When the position was closed.</summary>
    public DateTimeOffset? ExitTimestamp { get; init; }

    /// <summary>Profit or loss, net of fees. Of an open trade with exits, what they realised so far, less all fees so far.</summary>
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

    /// <summary>
    /// The executed orders of the trade in the order in which they were added; at most 1,000. A trade that is opened with fills keeps the amounts
    /// that it is given.
    /// </summary>
    public IReadOnlyList<TradeFill> Fills { get; init; } = [];

    /// <summary>What the entries of the <see cref="Fills"/> have bought or sold short so far; without any, the whole quantity.</summary>
    public decimal EnteredQuantity => FillSums.Entered(Fills) ?? Quantity;

    /// <summary>What the exits of the <see cref="Fills"/> have closed so far.</summary>
    public decimal ExitedQuantity => FillSums.Exited(Fills);

    /// <summary>What is left to exit: the quantity less the exits of an open trade, 0 after its end.</summary>
    public decimal RemainingQuantity => Status == TradeStatus.Open ? Quantity - ExitedQuantity : 0;

    /// <summary>1 when opened, more after each change; 0 for a trade that was not read from a store.</summary>
    public long Version { get; init; }

    /// <summary>When it was last changed, by the store's clock.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
