using Microsoft.Data.Sqlite;
using Nexus.Json;
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
        var columns = new TradeColumns(
            new Guid(reader.GetFieldValue<byte[]>(3), bigEndian: true),
            reader.GetString(1),
            reader.GetString(5),
            SqliteTime.FromMicroseconds(reader.GetInt64(2)),
            reader.IsDBNull(6) ? null : SqliteTime.FromMicroseconds(reader.GetInt64(6)),
            reader.IsDBNull(7) ? null : ValueText.ParseDecimal(reader.GetString(7)),
            ValueText.ParseDecimal(reader.GetString(8)),
            TradeNames.ParseStatus(reader.GetString(4)));
        var (version, updatedAt) = (reader.GetInt64(9), SqliteTime.FromMicroseconds(reader.GetInt64(10)));
        return TradeJson.ReadDocument(json.RootElement, columns) with { Version = version, UpdatedAt = updatedAt };
    }

    public static byte[] ToUtf8(TradeRow trade) => SqliteJson.Write(trade, TradeJson.WriteDocument);
}
