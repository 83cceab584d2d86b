using System.ComponentModel;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.Json;
using Nexus.Secrets;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>A trade as it is sent in. Decimals have at most 12 digits before and 8 after the point; one that does not fit is refused, never rounded.</summary>
internal sealed class TradeBody
{
    [Description("A UUID made by the caller, version 7 by preference: a repeated call with it is the same trade. Left out: one is made.")]
    public Guid? Id { get; set; }

    [Description("The chat; needed.")]
    public ChatId? ChatId { get; set; }

    [Description("At most 64 characters; needed.")]
    public string? Symbol { get; set; }

    [Description("LONG or SHORT; needed.")]
    public TradeSide? Side { get; set; }

    [Description("At most 256 characters.")]
    public string? Strategy { get; set; }

    [Description("At most 256 characters.")]
    public string? Exchange { get; set; }

    [Description("Above zero; needed.")]
    public decimal? EntryPrice { get; set; }

    [Description("Zero or more; needed for a closed trade.")]
    public decimal? ExitPrice { get; set; }

    [Description("Above zero; needed.")]
    public decimal? Quantity { get; set; }

    [Description("1 to 1,000; 1 where it is left out.")]
    public int? Leverage { get; set; }

    [Description("When the position was entered. Left out: the instant in a version 7 id, or now where the id is made here.")]
    public DateTimeOffset? EntryTimestamp { get; set; }

    [Description("When the position was left.")]
    public DateTimeOffset? ExitTimestamp { get; set; }

    [Description("Profit or loss, net of fees.")]
    public decimal? Pnl { get; set; }

    [Description("The same in percent: at most 6 digits before and 4 after the point.")]
    public decimal? PnlPct { get; set; }

    [Description("Paid so far; a rebate is negative.")]
    public decimal? Fees { get; set; }

    [Description("Lost to slippage so far.")]
    public decimal? Slippage { get; set; }

    [Description("OPEN where it is left out.")]
    public TradeStatus? Status { get; set; }

    [Description("At most 1,000 characters.")]
    public string? ExitReason { get; set; }

    [Description("An object of at most 256 KiB. Secret fields in it are sealed. Masks are taken where a trade that is stored is sent again.")]
    public RawJson Metadata { get; set; }

    [Description("Not looked at.")]
    public long? Version { get; set; }

    [Description("Not looked at.")]
    public DateTimeOffset? UpdatedAt { get; set; }

    [Description("Not looked at.")]
    public IReadOnlyList<string>? Unreadable { get; set; }

    public Trade ToTrade() => new()
    {
        Id = Id ?? Guid.Empty,
        ChatId = ChatId ?? throw Needed("chatId"),
        Symbol = Symbol ?? throw Needed("symbol"),
        Side = Side ?? throw Needed("side"),
        Strategy = Strategy,
        Exchange = Exchange,
        EntryPrice = EntryPrice ?? throw Needed("entryPrice"),
        ExitPrice = ExitPrice,
        Quantity = Quantity ?? throw Needed("quantity"),
        Leverage = Leverage ?? 1,
        EntryTimestamp = EntryTimestamp ?? default,
        ExitTimestamp = ExitTimestamp,
        Pnl = Pnl,
        PnlPct = PnlPct,
        Fees = Fees ?? 0,
        Slippage = Slippage ?? 0,
        Status = Status ?? TradeStatus.Open,
        ExitReason = ExitReason,
        Metadata = Metadata.IsGiven() ? Metadata.ToStateJson() : StateJson.EmptyObject,
    };

    private static NexusValidationException Needed(string field) => new(field, "is needed");
}

/// <summary>How an open trade ends.</summary>
internal sealed class TradeCloseBody
{
    [Description("May be left out; needed where several chats have an open trade with the id.")]
    public ChatId? ChatId { get; set; }

    [Description("May be left out; needed, with chatId, where the chat has several open trades with the id.")]
    public DateTimeOffset? EntryTimestamp { get; set; }

    [Description("Zero or more; needed unless the trade is cancelled.")]
    public decimal? ExitPrice { get; set; }

    [Description("Left out: now, by the store's clock.")]
    public DateTimeOffset? ExitTimestamp { get; set; }

    [Description("Left out: (exit - entry) x quantity, negated for a short, minus all fees.")]
    public decimal? Pnl { get; set; }

    [Description("Left out: the PnL in percent of entry price x quantity / leverage.")]
    public decimal? PnlPct { get; set; }

    [Description("Added to the fees that the trade holds.")]
    public decimal? Fees { get; set; }

    [Description("Added to the slippage that the trade holds.")]
    public decimal? Slippage { get; set; }

    [Description("At most 1,000 characters.")]
    public string? ExitReason { get; set; }

    [Description("The order never became a position: the trade is cancelled and counts in no figure.")]
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

/// <summary>A trade as it is answered.</summary>
internal sealed record TradeView(
    Guid Id,
    string ChatId,
    string Symbol,
    TradeSide Side,
    string? Strategy,
    string? Exchange,
    decimal EntryPrice,
    decimal? ExitPrice,
    decimal Quantity,
    int Leverage,
    DateTimeOffset EntryTimestamp,
    DateTimeOffset? ExitTimestamp,
    decimal? Pnl,
    decimal? PnlPct,
    decimal Fees,
    decimal Slippage,
    TradeStatus Status,
    string? ExitReason,
    [property: Description("Secret fields in it show a mask, ******** and a tag, unless the caller's key has the scope secrets.")] RawJson Metadata,
    long Version,
    DateTimeOffset UpdatedAt)
{
    [Description("What cannot be opened with the server's encryption keys and is masked for that reason.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Unreadable { get; init; }

    public static TradeView From(Trade trade, bool reveal)
    {
        var unreadable = new List<string>();
        var metadata = new RawJson(reveal ? trade.Metadata.RevealedUtf8(unreadable) : trade.Metadata.MaskedUtf8());
        return new TradeView(
            trade.Id, trade.ChatId.Value, trade.Symbol, trade.Side, trade.Strategy, trade.Exchange, trade.EntryPrice, trade.ExitPrice, trade.Quantity, trade.Leverage,
            trade.EntryTimestamp, trade.ExitTimestamp, trade.Pnl, trade.PnlPct, trade.Fees, trade.Slippage, trade.Status, trade.ExitReason, metadata, trade.Version, trade.UpdatedAt)
        {
            Unreadable = unreadable.Count == 0 ? null : unreadable,
        };
    }
}

/// <summary>The schema of a page of trades.</summary>
internal sealed record TradePage(IReadOnlyList<TradeView> Trades, [property: Description("Pass it as after to get the next page; null on the last one.")] string? Next);

/// <summary>What became of a batch of trades.</summary>
internal sealed record TradeBatchView(
    [property: Description("Stored by this call.")] long Stored,
    [property: Description("Were stored before.")] long WereThere,
    [property: Description("Not stored.")] long Rejected,
    [property: Description("The first 1,000 refusals.")] IReadOnlyList<LineError> Errors);

/// <summary>Why a line was refused.</summary>
internal sealed record LineError([property: Description("From 1.")] long Line, string Code, string Message);

/// <summary>Figures over closed trades that have a PnL, computed in the database with exact decimals.</summary>
internal sealed record PerformanceView(
    long Trades,
    long Wins,
    long Losses,
    [property: Description("0 to 1.")] decimal WinRate,
    decimal GrossProfit,
    [property: Description("As a positive number.")] decimal GrossLoss,
    [property: Description("Null when nothing was lost.")] decimal? ProfitFactor,
    [property: Description("Mean PnL of a trade.")] decimal Expectancy,
    decimal TotalPnl,
    decimal TotalFees,
    [property: Description("As a positive number.")] decimal MaxDrawdown)
{
    public static PerformanceView From(TradePerformance figures) => new(
        figures.Trades, figures.Wins, figures.Losses, figures.WinRate, figures.GrossProfit, figures.GrossLoss, figures.ProfitFactor, figures.Expectancy,
        figures.TotalPnl, figures.TotalFees, figures.MaxDrawdown);
}
