using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Trades;

namespace Nexus.Sqlite;

/// <summary>A trade's row: what is searched, ordered and summed in columns, the rest in the document. Decimals are text in both.</summary>
internal static class SqliteTradeDocument
{
    /// <summary>The columns that <see cref="Map"/> reads.</summary>
    public const string Columns = "doc, chat_id, entry_at, id, status, symbol, exit_at, pnl, fees, version, updated_at";

    public static TradeRow Map(SqliteDataReader reader, byte[] document)
    {
        using var json = SqliteJson.Parse(document);
        var root = json.RootElement;
        return new TradeRow
        {
            ChatId = reader.GetString(1),
            EntryTimestamp = SqliteTime.FromMicroseconds(reader.GetInt64(2)),
            Id = new Guid(reader.GetFieldValue<byte[]>(3), bigEndian: true),
            Status = StatusOf(reader.GetString(4)),
            Symbol = reader.GetString(5),
            ExitTimestamp = reader.IsDBNull(6) ? null : SqliteTime.FromMicroseconds(reader.GetInt64(6)),
            Pnl = reader.IsDBNull(7) ? null : SqliteJson.ParseDecimal(reader.GetString(7)),
            Fees = SqliteJson.ParseDecimal(reader.GetString(8)),
            Version = reader.GetInt64(9),
            UpdatedAt = SqliteTime.FromMicroseconds(reader.GetInt64(10)),
            Side = root.ReadText("side"u8) == "LONG" ? TradeSide.Long : TradeSide.Short,
            Strategy = root.ReadText("strategy"u8),
            Exchange = root.ReadText("exchange"u8),
            EntryPrice = root.ReadDecimal("entry_price"u8)!.Value,
            ExitPrice = root.ReadDecimal("exit_price"u8),
            Quantity = root.ReadDecimal("quantity"u8)!.Value,
            Leverage = root.GetProperty("leverage"u8).GetInt32(),
            PnlPct = root.ReadDecimal("pnl_pct"u8),
            Slippage = root.ReadDecimal("slippage"u8)!.Value,
            ExitReason = root.ReadText("exit_reason"u8),
            Metadata = root.ReadJson("metadata"u8),
        };
    }

    public static byte[] ToUtf8(TradeRow row) => SqliteJson.Write(row, static (json, trade) =>
    {
        json.WriteText("side"u8, trade.Side == TradeSide.Long ? "LONG" : "SHORT");
        json.WriteText("strategy"u8, trade.Strategy);
        json.WriteText("exchange"u8, trade.Exchange);
        json.WriteDecimal("entry_price"u8, trade.EntryPrice);
        json.WriteDecimal("exit_price"u8, trade.ExitPrice);
        json.WriteDecimal("quantity"u8, trade.Quantity);
        json.WriteNumber("leverage"u8, trade.Leverage);
        json.WriteDecimal("pnl_pct"u8, trade.PnlPct);
        json.WriteDecimal("slippage"u8, trade.Slippage);
        json.WriteText("exit_reason"u8, trade.ExitReason);
        json.WriteJson("metadata"u8, trade.Metadata);
    });

    public static string NameOf(TradeStatus status) => status switch
    {
        TradeStatus.Open => "OPEN",
        TradeStatus.Closed => "CLOSED",
        _ => "CANCELLED",
    };

    private static TradeStatus StatusOf(string name) => name switch
    {
        "OPEN" => TradeStatus.Open,
        "CLOSED" => TradeStatus.Closed,
        _ => TradeStatus.Cancelled,
    };
}
