using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Trades;

/// <summary>The step between a trade as a caller knows it and as a store holds it: checked, sealed, and back.</summary>
internal sealed class TradeSealing(DocumentSealer documents, TimeProvider clock)
{
    public const int MaxReasonLength = 1000;

    /// <param name="trade">As the caller gave it.</param>
    /// <exception cref="NexusValidationException">A field exceeds a limit.</exception>
    public TradeRow ToRow(Trade trade)
    {
        var (id, entry) = Identify(trade);
        if (trade.Status == TradeStatus.Closed && trade.ExitPrice is null)
            throw new NexusValidationException("exitPrice", "is required for a closed trade");
        return new TradeRow
        {
            Id = id,
            ChatId = trade.ChatId.Value,
            Symbol = ReadableText.Label("symbol", trade.Symbol, Validation.MaxSymbolLength),
            Side = Enum.IsDefined(trade.Side) ? trade.Side : throw new NexusValidationException("side", "must be LONG or SHORT"),
            Strategy = ReadableText.OptionalLabel("strategy", trade.Strategy, Validation.MaxNameLength),
            Exchange = ReadableText.OptionalLabel("exchange", trade.Exchange, Validation.MaxNameLength),
            EntryPrice = Validation.Positive("entryPrice", trade.EntryPrice),
            ExitPrice = NotNegative("exitPrice", trade.ExitPrice),
            Quantity = Validation.Positive("quantity", trade.Quantity),
            Leverage = Leverage(trade.Leverage),
            EntryTimestamp = entry,
            ExitTimestamp = trade.ExitTimestamp is { } exit ? Validation.Instant("exitTimestamp", exit) : null,
            Pnl = Validation.OptionalNumber("pnl", trade.Pnl),
            PnlPct = Validation.OptionalNumber("pnlPct", trade.PnlPct, 10, 4),
            Fees = Validation.Number("fees", trade.Fees),
            Slippage = Validation.Number("slippage", trade.Slippage),
            Status = Enum.IsDefined(trade.Status) ? trade.Status : throw new NexusValidationException("status", "must be OPEN, CLOSED or CANCELLED"),
            ExitReason = RedactedText.From(Validation.OptionalText("exitReason", trade.ExitReason, MaxReasonLength)),
            Metadata = trade.Metadata == StateJson.EmptyObject
                ? trade.Metadata.Utf8
                : documents.AcceptState(Place(trade.ChatId.Value, id), Validation.Given("metadata", trade.Metadata), StateRules.Metadata),
            Fills = trade.Fills is null ? throw new NexusValidationException("fills", "is required") : FillRules.OfNewTrade(trade),
        };
    }

    public Trade FromRow(TradeRow row) => FromRow(row, row.Version, row.UpdatedAt);

    /// <summary>The trade as it stands after the row was written.</summary>
    public Trade FromRow(TradeRow row, long version, DateTimeOffset updatedAt) => new()
    {
        Id = row.Id,
        ChatId = ChatId.FromStore(row.ChatId),
        Symbol = row.Symbol,
        Side = row.Side,
        Strategy = row.Strategy,
        Exchange = row.Exchange,
        EntryPrice = row.EntryPrice,
        ExitPrice = row.ExitPrice,
        Quantity = row.Quantity,
        Leverage = row.Leverage,
        EntryTimestamp = row.EntryTimestamp,
        ExitTimestamp = row.ExitTimestamp,
        Pnl = row.Pnl,
        PnlPct = row.PnlPct,
        Fees = row.Fees,
        Slippage = row.Slippage,
        Status = row.Status,
        ExitReason = row.ExitReason,
        Metadata = StateJson.FromStore(row.Metadata, documents, Place(row.ChatId, row.Id)),
        Fills = row.Fills,
        Version = version,
        UpdatedAt = updatedAt,
    };

    /// <param name="id">The trade's id.</param>
    /// <param name="chatId">Its chat, where that is known.</param>
    /// <param name="entryTimestamp">Its entry time, where that is known.</param>
    /// <param name="close">How the trade ends.</param>
    /// <exception cref="NexusValidationException">A field exceeds a limit.</exception>
    public static CloseTrade ToWrite(Guid id, ChatId? chatId, DateTimeOffset? entryTimestamp, TradeClose close)
    {
        ArgumentNullException.ThrowIfNull(close);
        if (!close.Cancelled && close.ExitPrice is null) throw new NexusValidationException("exitPrice", "is required to close a trade");
        return new CloseTrade(
            id,
            chatId?.Value,
            NotNegative("exitPrice", close.ExitPrice),
            close.ExitTimestamp is { } exit ? Validation.Instant("exitTimestamp", exit) : null,
            Validation.OptionalNumber("pnl", close.Pnl),
            Validation.OptionalNumber("pnlPct", close.PnlPct, 10, 4),
            Validation.OptionalNumber("fees", close.Fees),
            Validation.OptionalNumber("slippage", close.Slippage),
            RedactedText.From(Validation.OptionalText("exitReason", close.ExitReason, MaxReasonLength)),
            close.Cancelled ? TradeStatus.Cancelled : TradeStatus.Closed,
            entryTimestamp is { } entered ? Validation.Instant("entryTimestamp", entered) : null);
    }

    /// <summary>A trade's metadata is bound to the trade. Earlier versions bound it to the chat alone.</summary>
    internal static SealContext Place(string chatId, Guid id) => new(TradeRow.Table.Name, $"{chatId}/{id}", "metadata") { FormerRow = chatId };

    /// <summary>
    /// The entry time is part of a trade's identity (it chooses the partition), so a repeated call must come to the same one: it is taken
    /// from the id where the caller gives only that.
    /// </summary>
    private (Guid Id, DateTimeOffset Entry) Identify(Trade trade)
    {
        if (trade.EntryTimestamp != default)
        {
            var given = Validation.Instant("entryTimestamp", trade.EntryTimestamp);
            return (trade.Id == Guid.Empty ? UuidV7.New(clock.GetUtcNow()) : trade.Id, given);
        }
        if (trade.Id == Guid.Empty)
        {
            var now = clock.GetUtcNow();
            return (UuidV7.New(now), Validation.Instant("entryTimestamp", now));
        }
        if (trade.Id.Version != 7)
            throw new NexusValidationException("entryTimestamp", "is required unless the id is a version 7 UUID, which contains the instant");
        return (trade.Id, Validation.Instant("id", InstantOf(trade.Id)));
    }

    /// <summary>The first 48 bits are milliseconds since 1970: https://www.rfc-editor.org/rfc/rfc9562#section-5.7.</summary>
    private static DateTimeOffset InstantOf(Guid version7)
    {
        Span<byte> bytes = stackalloc byte[16];
        version7.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16 & 0xFFFF_FFFF_FFFF;
        return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : DateTimeOffset.MaxValue;
    }

    /// <summary>Perpetuals are leveraged in steps of 0.1 and finer.</summary>
    private static decimal Leverage(decimal value) => value is >= 1 and <= 1000 ? Validation.Number("leverage", value, precision: 12, scale: 8)
        : throw new NexusValidationException("leverage", "must be 1 to 1000");

    private static decimal? NotNegative(string field, decimal? value) =>
        value is < 0 ? throw new NexusValidationException(field, "must be zero or more") : Validation.OptionalNumber(field, value);
}
