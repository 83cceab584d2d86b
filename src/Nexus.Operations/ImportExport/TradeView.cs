using System.ComponentModel;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.Json;
using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>A trade in a response, and as a line of an export.</summary>
public sealed record TradeView(
    Guid Id,
    string ChatId,
    string Symbol,
    TradeSide Side,
    string? Strategy,
    string? Exchange,
    decimal EntryPrice,
    decimal? ExitPrice,
    decimal Quantity,
    [property: JsonConverter(typeof(NumberConverter))] decimal Leverage,
    DateTimeOffset EntryTimestamp,
    DateTimeOffset? ExitTimestamp,
    decimal? Pnl,
    decimal? PnlPct,
    decimal Fees,
    decimal Slippage,
    TradeStatus Status,
    string? ExitReason,
    [property: Description("Its secret fields show a mask (******** and a tag) unless the API key has the scope secrets.")] RawJson Metadata,
    long Version,
    DateTimeOffset UpdatedAt) : ExportLine
{
    /// <summary>What is left to exit of an open trade; null in an export.</summary>
    [Description("What is left to exit: the quantity less the exits among the fills. Only of an open trade.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? RemainingQuantity { get; init; }

    /// <summary>The fills of a trade in an export that has any; null in a response.</summary>
    [Description("Only in an export. GET /v1/trades/{id}/fills returns them.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FillView>? Fills { get; init; }

    /// <summary>Fields of the metadata that cannot be opened; null in an export.</summary>
    [Description("Fields that are masked because the server's encryption keys cannot open them.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Unreadable { get; init; }

    /// <summary>The trade with its metadata as it is to be shown.</summary>
    public static TradeView From(Trade trade, RawJson metadata) => new(
        trade.Id, trade.ChatId.Value, trade.Symbol, trade.Side, trade.Strategy, trade.Exchange, trade.EntryPrice, trade.ExitPrice, trade.Quantity,
        trade.Leverage, trade.EntryTimestamp, trade.ExitTimestamp, trade.Pnl, trade.PnlPct, trade.Fees, trade.Slippage, trade.Status,
        trade.ExitReason, metadata, trade.Version, trade.UpdatedAt);

    /// <summary>The trade as a store holds it, its secrets sealed.</summary>
    internal static TradeView From(TradeRow row) => new(
        row.Id, row.ChatId, row.Symbol, row.Side, row.Strategy, row.Exchange, row.EntryPrice, row.ExitPrice, row.Quantity, row.Leverage,
        row.EntryTimestamp, row.ExitTimestamp, row.Pnl, row.PnlPct, row.Fees, row.Slippage, row.Status, row.ExitReason, new RawJson(row.Metadata),
        row.Version, row.UpdatedAt)
    {
        Fills = row.Fills.Count == 0 ? null : [.. row.Fills.Select(FillView.From)],
    };

    /// <summary>The trade that a line of an export describes, with the metadata that was checked.</summary>
    internal Trade ToTrade(ReadOnlyMemory<byte> metadata) => new()
    {
        Id = Id,
        ChatId = Chats.ChatId.ParseStored(ChatId),
        Symbol = Symbol,
        Side = Side,
        Strategy = Strategy,
        Exchange = Exchange,
        EntryPrice = EntryPrice,
        ExitPrice = ExitPrice,
        Quantity = Quantity,
        Leverage = Leverage,
        EntryTimestamp = RequireEntry(EntryTimestamp),
        ExitTimestamp = ExitTimestamp,
        Pnl = Pnl,
        PnlPct = PnlPct,
        Fees = Fees,
        Slippage = Slippage,
        Status = Status,
        ExitReason = ExitReason,
        Metadata = StateJson.Parse(metadata),
        Fills = Fills is null ? [] : [.. Fills.Select(fill => fill?.ToFill()
            ?? throw new NexusValidationException("fills", "must not contain null"))],
    };

    /// <summary>
    /// Refuses the first instant of the calendar, by which <see cref="Trade"/> says that none was given: it would become the present.
    /// </summary>
    /// <param name="given">The entry time that a client or a file states.</param>
    /// <returns>The same.</returns>
    /// <exception cref="NexusValidationException">It is that instant.</exception>
    public static DateTimeOffset RequireEntry(DateTimeOffset given) =>
        given != default ? given : throw new NexusValidationException("entryTimestamp", "must be in the years 2000 to 2099");
}
