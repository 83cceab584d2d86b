using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Nexus.Engine;
using Nexus.Sharding;
using Nexus.Sqlite;
using Nexus.Stores;
using Nexus.Trades;

namespace Nexus.Simulation;

/// <summary>A row as it is copied.</summary>
/// <param name="Key">Names it within its table.</param>
/// <param name="Values">In the order of the columns.</param>
internal sealed record ModelRow(string Key, object?[] Values)
{
    public string Text => string.Join('|', Values.Select(value => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        null => "",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    }));
}

/// <summary>The rows of a shard of the model that move with their buckets: those that the callers of the simulation write.</summary>
internal static class ModelRows
{
    private static readonly Dictionary<string, string> Columns = new(StringComparer.Ordinal)
    {
        ["users"] = "chat_id, version, write_id, updated_at, doc",
        ["keyed_state"] = "id, version, write_id, updated_at, doc",
        ["trades"] = "id, chat_id, entry_at, status, symbol, exit_at, pnl, fees, version, write_id, updated_at, doc",
    };

    public static IReadOnlyList<MovedTable> Tables { get; } = [.. MovedTable.All.Where(table => Columns.ContainsKey(table.Name))];

    public static string ColumnsOf(MovedTable table) => Columns[table.Name];

    /// <summary>The bucket of a record; null for one of the home shard. The trades of the simulation are of one chat.</summary>
    public static int? BucketOf(WriteKey key) => key.Table == TradeRow.Table
        ? RecordPlace.OfChat(Clients.TradingChat.ToString(CultureInfo.InvariantCulture)).Bucket
        : key.Table.PlaceOf(key.Id) is { IsInBucket: true } place ? place.Bucket : null;

    public static List<ModelRow> Read(SqliteSession connection, MovedTable table, Func<int, bool> isWanted)
    {
        List<ModelRow> rows = [];
        using var reader = connection.Query($"SELECT {Columns[table.Name]} FROM {table.Name}");
        while (reader.Read())
        {
            var values = new object?[reader.FieldCount];
            for (var n = 0; n < values.Length; n++) values[n] = reader.IsDBNull(n) ? null : reader.GetValue(n);
            var row = new ModelRow(values[0] is byte[] id ? new Guid(id, bigEndian: true).ToString() : (string)values[0]!, values);
            if (BucketOf(new WriteKey(RecordTables.Find(table.Name)!, row.Key)) is { } bucket && isWanted(bucket)) rows.Add(row);
        }
        return rows;
    }

    public static void Insert(SqliteSession connection, MovedTable table, ModelRow row)
    {
        var names = Columns[table.Name];
        var places = string.Join(", ", Enumerable.Range(1, row.Values.Length).Select(n => string.Create(CultureInfo.InvariantCulture, $"?{n}")));
        connection.Execute($"INSERT INTO {table.Name} ({names}) VALUES ({places})", row.Values);
    }

    public static void Delete(SqliteSession connection, MovedTable table, string key)
    {
        var column = Columns[table.Name].Split(',')[0];
        connection.Execute(
            $"DELETE FROM {table.Name} WHERE {column} = ?1", table.Name == "trades" ? Guid.Parse(key).ToByteArray(bigEndian: true) : key);
    }

    public static (long Rows, string Sum) Sum(IEnumerable<ModelRow> rows)
    {
        var texts = rows.Select(row => row.Text).Order(StringComparer.Ordinal).ToList();
        return (texts.Count, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts)))));
    }
}
