using System.Text;
using Microsoft.Data.Sqlite;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>What left the queue of the outbox without being replayed.</summary>
internal static class OutboxLists
{
    public static List<OutboxConflict> Conflicts(SqliteSession connection, long after, int limit)
    {
        using var reader = connection.Query(
            """
            SELECT id, record_table, record_id, kind, spooled_at, found_at, kept, reason, spooled_version, CAST(spooled AS BLOB), stored_version,
                stored_at, CAST(stored AS BLOB)
            FROM outbox_conflicts WHERE id > ?1 ORDER BY id LIMIT ?2
            """,
            after, (long)limit);
        List<OutboxConflict> conflicts = [];
        while (reader.Read())
        {
            conflicts.Add(new OutboxConflict(
                reader.GetInt64(0), TableOf(reader), reader.GetString(2), reader.GetString(3), Time(reader, 4), Time(reader, 5),
                reader.GetString(6) == "stored" ? ConflictWinner.Remote : ConflictWinner.Local, reader.GetString(7),
                new ConflictVersion(reader.GetInt64(8), Time(reader, 4), Text(reader, 9)),
                reader.IsDBNull(12)
                    ? null
                    : new ConflictVersion(reader.GetInt64(10), reader.IsDBNull(11) ? null : Time(reader, 11), Text(reader, 12))));
        }
        return conflicts;
    }

    public static List<QuarantinedWrite> Quarantined(SqliteSession connection, long after, int limit)
    {
        using var reader = connection.Query(
            """
            SELECT id, record_table, record_id, kind, spooled_at, found_at, code, reason, CAST(body AS BLOB) FROM outbox_quarantine
                WHERE id > ?1 ORDER BY id LIMIT ?2
            """,
            after, (long)limit);
        List<QuarantinedWrite> writes = [];
        while (reader.Read())
        {
            writes.Add(new QuarantinedWrite(
                reader.GetInt64(0), TableOf(reader), reader.GetString(2), reader.GetString(3), Time(reader, 4), Time(reader, 5), reader.GetString(6),
                reader.GetString(7), Text(reader, 8)));
        }
        return writes;
    }

    private static string TableOf(SqliteDataReader reader) => RecordTables.Of(reader.GetInt64(1)).Name;

    private static DateTimeOffset Time(SqliteDataReader reader, int ordinal) => SqliteTime.FromMicroseconds(reader.GetInt64(ordinal));

    private static string Text(SqliteDataReader reader, int ordinal) => Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(ordinal));
}
