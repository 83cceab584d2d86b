using Microsoft.Data.Sqlite;
using Nexus.Engine;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>A row of the conflicts or of the quarantine, as far as its code of authenticity covers it.</summary>
/// <param name="Kept">Of a conflict: the version that was kept. Null in the quarantine.</param>
/// <param name="Body">The spooled write.</param>
/// <param name="Stored">Of a conflict: PostgreSQL's version, if there is one.</param>
/// <param name="Code">As <see cref="OutboxSeal"/> gave it.</param>
internal sealed record ParkedRow(
    long Sequence, long Table, string RecordId, string Kind, Guid WriteId, DateTimeOffset At, string? Kept, long Version, byte[] Body,
    long StoredVersion, byte[]? Stored, byte[]? Code)
{
    private const string Conflict = """
        SELECT seq, record_table, record_id, kind, write_id, spooled_at, kept, spooled_version, CAST(spooled AS BLOB), stored_version,
            CAST(stored AS BLOB), authentic, id
        FROM outbox_conflicts
        """;

    private const string Quarantined = """
        SELECT seq, record_table, record_id, kind, write_id, spooled_at, NULL, version, CAST(body AS BLOB), 0, NULL, authentic, id
            FROM outbox_quarantine
        """;

    public static ParkedRow Of(ParkedConflict conflict) => Of(conflict.Entry) with
    {
        Kept = DeadLetters.NameOf(conflict.Kept),
        Body = conflict.Body,
        StoredVersion = conflict.StoredVersion,
        Stored = conflict.Stored,
    };

    public static ParkedRow Of(OutboxEntry entry) => new(
        entry.Sequence, (long)entry.Key.Table.Number, entry.Key.Id, entry.Kind, entry.WriteId, entry.At, Kept: null, entry.Version, entry.Body,
        StoredVersion: 0, Stored: null, Code: null);

    public static ParkedRow? FindConflict(SqliteSession connection, long id) => Find(connection.Query(Conflict + " WHERE id = ?1", id));

    public static ParkedRow? FindQuarantined(SqliteSession connection, long id) => Find(connection.Query(Quarantined + " WHERE id = ?1", id));

    /// <summary>Signs every row that has no valid code. Only for the file of an earlier version.</summary>
    public static void Adopt(SqliteSession connection, OutboxSeal seal)
    {
        foreach (var (table, select) in new[] { ("outbox_conflicts", Conflict), ("outbox_quarantine", Quarantined) })
        {
            List<(long Id, byte[] Code)> adopted = [];
            using (var reader = connection.Query(select))
            {
                while (reader.Read())
                {
                    var row = Read(reader);
                    if (seal.Verify(row.Content(), row.Code) == OutboxOrigin.Unknown)
                        adopted.Add((reader.GetInt64(12), seal.Sign(row.Content(), OutboxOrigin.Adopted)));
                }
            }
            foreach (var (id, code) in adopted) connection.Execute($"UPDATE {table} SET authentic = ?2 WHERE id = ?1", id, code);
        }
    }

    /// <summary>What the code covers.</summary>
    public byte[] Content() => OutboxContent.Of(
        Kept is null ? "quarantine" : "conflict", Sequence, Table, RecordId, Kind, WriteId, SqliteTime.ToMicroseconds(At), Kept, Version, Body,
        StoredVersion, Stored);

    /// <summary>As an entry that an operator has put back.</summary>
    public OutboxEntry Entry(string kind, Guid writeId, DateTimeOffset at, long version, byte[] body) => new(
        Sequence: 0, Write: null, new WriteKey(RecordTables.Of(Table), RecordId), kind, writeId, at, BaseVersion: 0, BaseWriteId: Guid.Empty, version,
        DateTimeOffset.UnixEpoch, Doubt: null,
        IsForced: true, body);

    private static ParkedRow? Find(SqliteDataReader reader)
    {
        using (reader) return reader.Read() ? Read(reader) : null;
    }

    private static ParkedRow Read(SqliteDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3), OutboxReader.Id(reader, 4),
        SqliteTime.FromMicroseconds(reader.GetInt64(5)), reader.IsDBNull(6) ? null : reader.GetString(6), reader.GetInt64(7),
        reader.GetFieldValue<byte[]>(8),
        reader.GetInt64(9), reader.IsDBNull(10) ? null : reader.GetFieldValue<byte[]>(10),
        reader.IsDBNull(11) ? null : reader.GetFieldValue<byte[]>(11));
}
