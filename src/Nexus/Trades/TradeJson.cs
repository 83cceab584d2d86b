using System.Text.Json;
using Nexus.Json;

namespace Nexus.Trades;

/// <summary>
/// A trade as the JSON that is stored: whole in the outbox, and without the members that have columns of their own in the embedded store. Decimals
/// are text. Members are never renamed.
/// </summary>
internal static class TradeJson
{
    /// <summary>All but the id, which is the record's key.</summary>
    public static void WriteWhole(Utf8JsonWriter json, TradeRow trade)
    {
        json.WriteString("chat_id"u8, trade.ChatId);
        json.WriteString("symbol"u8, trade.Symbol);
        // The outbox has always had the names of the members here, and the embedded store those of the columns.
        json.WriteString("side"u8, trade.Side.ToString());
        Write(json, trade, isWhole: true);
    }

    /// <summary>What has no column of its own.</summary>
    public static void WriteDocument(Utf8JsonWriter json, TradeRow trade)
    {
        json.WriteString("side"u8, TradeNames.ToText(trade.Side));
        Write(json, trade, isWhole: false);
    }

    public static TradeRow ReadWhole(Guid id, JsonElement body) => ReadDocument(body, new TradeColumns(
        id,
        body.ReadRequiredText("chat_id"u8),
        body.ReadRequiredText("symbol"u8),
        body.ReadTime("entry_timestamp"u8)!.Value,
        body.ReadTime("exit_timestamp"u8),
        body.ReadDecimal("pnl"u8),
        body.ReadDecimal("fees"u8)!.Value,
        TradeNames.ParseStatus(body.ReadRequiredText("status"u8).ToUpperInvariant())));

    /// <param name="document">As <see cref="WriteDocument"/> made it.</param>
    /// <param name="columns">The rest.</param>
    public static TradeRow ReadDocument(JsonElement document, TradeColumns columns) => new()
    {
        Id = columns.Id,
        ChatId = columns.ChatId,
        Symbol = columns.Symbol,
        EntryTimestamp = columns.EntryTimestamp,
        ExitTimestamp = columns.ExitTimestamp,
        Pnl = columns.Pnl,
        Fees = columns.Fees,
        Status = columns.Status,
        Side = TradeNames.ParseSide(document.ReadRequiredText("side"u8).ToUpperInvariant()),
        Strategy = document.ReadText("strategy"u8),
        Exchange = document.ReadText("exchange"u8),
        EntryPrice = document.ReadDecimal("entry_price"u8)!.Value,
        ExitPrice = document.ReadDecimal("exit_price"u8),
        Quantity = document.ReadDecimal("quantity"u8)!.Value,
        Leverage = document.GetProperty("leverage"u8).GetDecimal(),
        PnlPct = document.ReadDecimal("pnl_pct"u8),
        Slippage = document.ReadDecimal("slippage"u8)!.Value,
        ExitReason = document.ReadText("exit_reason"u8),
        Metadata = document.ReadJson("metadata"u8),
        Fills = FillJson.Read(document),
    };

    private static void Write(Utf8JsonWriter json, TradeRow trade, bool isWhole)
    {
        json.WriteText("strategy"u8, trade.Strategy);
        json.WriteText("exchange"u8, trade.Exchange);
        json.WriteDecimal("entry_price"u8, trade.EntryPrice);
        json.WriteDecimal("exit_price"u8, trade.ExitPrice);
        json.WriteDecimal("quantity"u8, trade.Quantity);
        json.WritePropertyName("leverage"u8);
        json.WriteRawValue(ValueText.Of(trade.Leverage), skipInputValidation: true);
        if (isWhole)
        {
            json.WriteTime("entry_timestamp"u8, trade.EntryTimestamp);
            json.WriteTime("exit_timestamp"u8, trade.ExitTimestamp);
            json.WriteDecimal("pnl"u8, trade.Pnl);
        }
        json.WriteDecimal("pnl_pct"u8, trade.PnlPct);
        if (isWhole) json.WriteDecimal("fees"u8, trade.Fees);
        json.WriteDecimal("slippage"u8, trade.Slippage);
        if (isWhole) json.WriteString("status"u8, trade.Status.ToString());
        json.WriteText("exit_reason"u8, trade.ExitReason);
        json.WriteJson("metadata"u8, trade.Metadata);
        if (trade.Fills.Count > 0) FillJson.Write(json, trade.Fills);
    }
}

/// <summary>The members of a trade that the embedded store searches, orders and sums by.</summary>
internal readonly record struct TradeColumns(
    Guid Id, string ChatId, string Symbol, DateTimeOffset EntryTimestamp, DateTimeOffset? ExitTimestamp, decimal? Pnl, decimal Fees,
    TradeStatus Status);
