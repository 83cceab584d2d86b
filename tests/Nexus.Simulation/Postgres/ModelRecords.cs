using Microsoft.Data.Sqlite;
using Nexus.Engine;
using Nexus.KeyedState;
using Nexus.Postgres;
using Nexus.Sqlite;
using Nexus.Trades;

namespace Nexus.Simulation;

/// <summary>Records as PostgreSQL's look-up statements return them.</summary>
internal static class ModelRecords
{
    /// <summary>0 for none.</summary>
    public static long VersionOf(SqliteSession connection, WriteKey key) =>
        Find(connection, key.Table, [key.Id]) is [var record, ..] ? record.Version : 0;

    /// <param name="connection">To the records.</param>
    /// <param name="table">Whose records.</param>
    /// <param name="keys">Their keys.</param>
    /// <param name="now">Values of the keyed state that have expired by then are left out; null to find them as well.</param>
    public static List<StoredRecord> Find(SqliteSession connection, RecordTable table, IReadOnlyList<string> keys, DateTimeOffset? now = null)
    {
        List<StoredRecord> found = [];
        foreach (var key in keys)
        {
            using var reader = table == TradeRow.Table
                ? connection.Query(
                    "SELECT version, updated_at, write_id, chat_id, entry_at, status FROM trades WHERE id = ?1 ORDER BY chat_id, entry_at",
                    Guid.Parse(key).ToByteArray(bigEndian: true))
                : table == KeyedStateRow.Table && now is { } at
                ? connection.Query(
                    "SELECT version, updated_at, write_id FROM keyed_state WHERE id = ?1 AND (expires_at IS NULL OR expires_at > ?2)", key,
                    SqliteTime.ToMicroseconds(at))
                : connection.Query($"SELECT version, updated_at, write_id FROM {table.Name} WHERE {table.KeyColumn} = ?1", key);
            while (reader.Read()) found.Add(Read(reader, key));
        }
        return found;
    }

    private static StoredRecord Read(SqliteDataReader row, string key)
    {
        var record = new StoredRecord(key, row.GetInt64(0), SqliteTime.FromMicroseconds(row.GetInt64(1)),
            new Guid(row.GetFieldValue<byte[]>(2), bigEndian: true));
        return row.FieldCount == 3
            ? record
            : record with
            {
                ChatId = row.GetString(3),
                EntryTimestamp = SqliteTime.FromMicroseconds(row.GetInt64(4)),
                IsOpen = row.GetString(5) == "OPEN",
            };
    }
}
