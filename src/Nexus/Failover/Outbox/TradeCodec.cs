using System.Text.Json;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sqlite;
using Nexus.Trades;

namespace Nexus.Failover;

/// <summary>Trades as the JSON that the outbox keeps. Decimals are text.</summary>
internal static class TradeCodec
{
    public static void Write(Utf8JsonWriter json, TradeRow trade)
    {
        json.WriteString("chat_id"u8, trade.ChatId);
        json.WriteString("symbol"u8, trade.Symbol);
        json.WriteString("side"u8, trade.Side.ToString());
        json.WriteText("strategy"u8, trade.Strategy);
        json.WriteText("exchange"u8, trade.Exchange);
        json.WriteDecimal("entry_price"u8, trade.EntryPrice);
        json.WriteDecimal("exit_price"u8, trade.ExitPrice);
        json.WriteDecimal("quantity"u8, trade.Quantity);
        json.WriteNumber("leverage"u8, trade.Leverage);
        json.WriteTime("entry_timestamp"u8, trade.EntryTimestamp);
        json.WriteTime("exit_timestamp"u8, trade.ExitTimestamp);
        json.WriteDecimal("pnl"u8, trade.Pnl);
        json.WriteDecimal("pnl_pct"u8, trade.PnlPct);
        json.WriteDecimal("fees"u8, trade.Fees);
        json.WriteDecimal("slippage"u8, trade.Slippage);
        json.WriteString("status"u8, trade.Status.ToString());
        json.WriteText("exit_reason"u8, trade.ExitReason);
        json.WriteJson("metadata"u8, trade.Metadata);
    }

    public static TradeRow ReadTrade(Guid id, JsonElement body) => new()
    {
        Id = id,
        ChatId = body.ReadText("chat_id"u8)!,
        Symbol = body.ReadText("symbol"u8)!,
        Side = Enum.Parse<TradeSide>(body.ReadText("side"u8)!),
        Strategy = body.ReadText("strategy"u8),
        Exchange = body.ReadText("exchange"u8),
        EntryPrice = body.ReadDecimal("entry_price"u8)!.Value,
        ExitPrice = body.ReadDecimal("exit_price"u8),
        Quantity = body.ReadDecimal("quantity"u8)!.Value,
        Leverage = body.GetProperty("leverage"u8).GetInt32(),
        EntryTimestamp = body.ReadTime("entry_timestamp"u8)!.Value,
        ExitTimestamp = body.ReadTime("exit_timestamp"u8),
        Pnl = body.ReadDecimal("pnl"u8),
        PnlPct = body.ReadDecimal("pnl_pct"u8),
        Fees = body.ReadDecimal("fees"u8)!.Value,
        Slippage = body.ReadDecimal("slippage"u8)!.Value,
        Status = Enum.Parse<TradeStatus>(body.ReadText("status"u8)!),
        ExitReason = body.ReadText("exit_reason"u8),
        Metadata = body.ReadJson("metadata"u8),
    };

    public static void Write(Utf8JsonWriter json, CloseTrade close)
    {
        json.WriteText("chat_id"u8, close.ChatId);
        json.WriteTime("entry_timestamp"u8, close.EntryTimestamp);
        json.WriteDecimal("exit_price"u8, close.ExitPrice);
        json.WriteTime("exit_timestamp"u8, close.ExitTimestamp);
        json.WriteDecimal("pnl"u8, close.Pnl);
        json.WriteDecimal("pnl_pct"u8, close.PnlPct);
        json.WriteDecimal("fees"u8, close.Fees);
        json.WriteDecimal("slippage"u8, close.Slippage);
        json.WriteText("exit_reason"u8, close.ExitReason);
        json.WriteString("status"u8, close.Status.ToString());
    }

    public static CloseTrade ReadClose(Guid id, JsonElement body) => new(
        id,
        body.ReadText("chat_id"u8),
        body.ReadDecimal("exit_price"u8),
        body.ReadTime("exit_timestamp"u8),
        body.ReadDecimal("pnl"u8),
        body.ReadDecimal("pnl_pct"u8),
        body.ReadDecimal("fees"u8),
        body.ReadDecimal("slippage"u8),
        body.ReadText("exit_reason"u8),
        Enum.Parse<TradeStatus>(body.ReadText("status"u8)!),
        body.ReadTime("entry_timestamp"u8));
}
