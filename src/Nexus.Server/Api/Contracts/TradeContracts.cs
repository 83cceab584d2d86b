using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.ImportExport;
using Nexus.Operations.Json;
using Nexus.Secrets;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>
/// A trade in a request. Decimals are below 10^20 with at most 18 places and 28 significant digits; others are refused, never rounded.
/// </summary>
internal sealed class TradeBody
{
    [Description(
        "A UUID of any version chosen by the caller. A repeated call with the same id and entry time is idempotent; a version 7 id contains the "
            + "entry time. If omitted, the server creates one, which a repeat with the same Idempotency-Key gets again.")]
    public Guid? Id { get; set; }

    [Description("Required. The chat.")]
    public ChatId? ChatId { get; set; }

    [Description("Required. At most 64 characters.")]
    [StringLength(64, MinimumLength = 1)]
    public string? Symbol { get; set; }

    [Description("Required. LONG or SHORT.")]
    public TradeSide? Side { get; set; }

    [Description("At most 256 characters.")]
    [MaxLength(256)]
    public string? Strategy { get; set; }

    [Description("At most 256 characters.")]
    [MaxLength(256)]
    public string? Exchange { get; set; }

    [Description("Required. Greater than zero.")]
    public decimal? EntryPrice { get; set; }

    [Description("Zero or more. Required for a closed trade.")]
    public decimal? ExitPrice { get; set; }

    [Description("Required. Greater than zero.")]
    public decimal? Quantity { get; set; }

    [Description("1 to 1,000 with at most 8 decimal places. Default: 1.")]
    public decimal? Leverage { get; set; }

    [Description(
        "When the position was entered. Default: the instant in a version 7 id, or now if the server creates the id or an Idempotency-Key is sent.")]
    public DateTimeOffset? EntryTimestamp { get; set; }

    [Description("When the position was closed.")]
    public DateTimeOffset? ExitTimestamp { get; set; }

    [Description("Profit or loss, net of fees.")]
    public decimal? Pnl { get; set; }

    [Description("Profit or loss in percent, with at most 6 digits before and 4 after the point.")]
    public decimal? PnlPct { get; set; }

    [Description("Fees paid so far. A rebate is negative.")]
    public decimal? Fees { get; set; }

    [Description("Loss to slippage so far.")]
    public decimal? Slippage { get; set; }

    [Description("Default: OPEN.")]
    public TradeStatus? Status { get; set; }

    [Description("At most 1,000 characters.")]
    [MaxLength(1_000)]
    public string? ExitReason { get; set; }

    [Description("An object of at most 256 KiB. Its secret fields are sealed. Masks are accepted if a stored trade is sent again.")]
    public RawJson Metadata { get; set; }

    [Description("Executed orders of the trade, each with its timestamp, such as those of an export. The trade keeps the amounts that it is given.")]
    public IReadOnlyList<FillBody>? Fills { get; set; }

    [Description("Ignored.")]
    public decimal? RemainingQuantity { get; set; }

    [Description("Ignored.")]
    public long? Version { get; set; }

    [Description("Ignored.")]
    public DateTimeOffset? UpdatedAt { get; set; }

    [Description("Ignored.")]
    public IReadOnlyList<string>? Unreadable { get; set; }

    public Trade ToTrade() => new()
    {
        Id = Id != Guid.Empty ? Id ?? Guid.Empty : throw new NexusValidationException("id", "must not be the nil UUID: leave it out for a new one"),
        ChatId = ChatId ?? throw Needed("chatId"),
        Symbol = Symbol ?? throw Needed("symbol"),
        Side = Side ?? throw Needed("side"),
        Strategy = Strategy,
        Exchange = Exchange,
        EntryPrice = EntryPrice ?? throw Needed("entryPrice"),
        ExitPrice = ExitPrice,
        Quantity = Quantity ?? throw Needed("quantity"),
        Leverage = Leverage ?? 1,
        EntryTimestamp = EntryTimestamp is { } given ? TradeView.RequireEntry(given) : default,
        ExitTimestamp = ExitTimestamp,
        Pnl = Pnl,
        PnlPct = PnlPct,
        Fees = Fees ?? 0,
        Slippage = Slippage ?? 0,
        Status = Status ?? TradeStatus.Open,
        ExitReason = ExitReason,
        Metadata = Metadata.IsGiven() ? Metadata.ToStateJson() : StateJson.EmptyObject,
        Fills = Fills is null ? [] : [.. Fills.Select(fill => fill is null ? throw Needed("fills") : fill.ToFill())],
    };

    private static NexusValidationException Needed(string field) => new(field, "is required");
}

/// <summary>How to close an open trade.</summary>
internal sealed class TradeCloseBody
{
    [Description("Optional. Required if several chats have an open trade with the id.")]
    public ChatId? ChatId { get; set; }

    [Description("Optional. Required, together with chatId, if the chat has several open trades with the id.")]
    public DateTimeOffset? EntryTimestamp { get; set; }

    [Description("Zero or more. Required unless the trade is cancelled.")]
    public decimal? ExitPrice { get; set; }

    [Description("Default: now, by the store's clock.")]
    public DateTimeOffset? ExitTimestamp { get; set; }

    [Description(
        "Default: (exit - entry) x quantity, negated for a short, minus all fees. Of a trade with fills, what they realised and what remains at the "
            + "exit price.")]
    public decimal? Pnl { get; set; }

    [Description("Default: the PnL in percent of entry price x quantity / leverage.")]
    public decimal? PnlPct { get; set; }

    [Description("Fees of closing the trade, added to its fees.")]
    public decimal? Fees { get; set; }

    [Description("Slippage of closing the trade, added to its slippage.")]
    public decimal? Slippage { get; set; }

    [Description("At most 1,000 characters.")]
    [MaxLength(1_000)]
    public string? ExitReason { get; set; }

    [Description("True if the order never became a position. The trade is cancelled and excluded from all figures.")]
    public bool? Cancelled { get; set; }

    public TradeClose ToClose() => new()
    {
        ExitPrice = ExitPrice,
        ExitTimestamp = ExitTimestamp,
        Pnl = Pnl,
        PnlPct = PnlPct,
        Fees = Fees,
        Slippage = Slippage,
        ExitReason = ExitReason,
        Cancelled = Cancelled ?? false,
    };
}

/// <summary>The schema of a page of trades.</summary>
internal sealed record TradePage(
    IReadOnlyList<TradeView> Trades, [property: Description("Pass it as after to get the next page; null on the last page.")] string? Next);

/// <summary>How many trades there are.</summary>
internal sealed record TradeCountView([property: Description("Trades that meet all filters, counted exactly.")] long Count);

/// <summary>The result of a batch of trades.</summary>
internal sealed record TradeBatchView(
    [property: Description("Stored by this call.")] long Stored,
    [property: Description("Already stored before this call.")] long WereThere,
    [property: Description("Rejected lines.")] long Rejected,
    [property: Description("The errors of the first 1,000 rejected lines.")] IReadOnlyList<LineError> Errors);

/// <summary>Why a line was rejected.</summary>
internal sealed record LineError([property: Description("From 1.")] long Line, string Code, string Message);
