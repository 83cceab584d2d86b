using Nexus.Engine;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>What leaves the queue without being replayed, and the way back.</summary>
internal static class DeadLetters
{
    private const string InsertConflict = """
        INSERT INTO outbox_conflicts (seq, record_table, record_id, kind, write_id, spooled_at, found_at, kept, reason, spooled_version, spooled, stored_version, stored_at, stored)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, CAST(?11 AS TEXT), ?12, ?13, CAST(?14 AS TEXT)) ON CONFLICT (seq) DO NOTHING
        """;

    private const string InsertQuarantine = """
        INSERT INTO outbox_quarantine (seq, record_table, record_id, kind, write_id, spooled_at, found_at, code, reason, version, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, CAST(?11 AS TEXT)) ON CONFLICT (seq) DO NOTHING
        """;

    // At the end of the queue and without a base: what an operator decides holds over whatever is stored then.
    private const string Requeue = """
        INSERT INTO outbox (record_table, record_id, kind, write_id, spooled_at, base_version, version, known_at, is_forced, body)
        """;

    private const string RequeueSpooled = Requeue + " SELECT record_table, record_id, kind, write_id, ?2, 0, spooled_version, 0, 1, spooled FROM outbox_conflicts WHERE id = ?1";

    private const string RequeueStored = Requeue + """
         SELECT record_table, record_id, ?4, ?3, ?2, 0, stored_version, 0, 1, stored FROM outbox_conflicts WHERE id = ?1 AND stored IS NOT NULL
        """;

    private const string RequeueQuarantined = Requeue + " SELECT record_table, record_id, kind, write_id, spooled_at, 0, version, 0, 1, body FROM outbox_quarantine WHERE id = ?1";

    public static void Park(SqliteSession connection, ParkedConflict conflict, DateTimeOffset now)
    {
        var entry = conflict.Entry;
        connection.Execute(
            InsertConflict,
            entry.Sequence, (long)entry.Key.Table.Number, entry.Key.Id, entry.Kind, Outbox.ToBytes(entry.WriteId), SqliteTime.ToMicroseconds(entry.At), SqliteTime.ToMicroseconds(now),
            NameOf(conflict.Kept), conflict.Reason, entry.Version, conflict.Body, conflict.StoredVersion, conflict.StoredAt is { } at ? SqliteTime.ToMicroseconds(at) : null, conflict.Stored);
        if (conflict.Kept == ConflictWinner.Local) return;
        foreach (var part in conflict.Parts) connection.Execute("DELETE FROM outbox WHERE seq = ?1", part.Sequence);
    }

    public static void Quarantine(SqliteSession connection, OutboxEntry entry, string code, string reason, DateTimeOffset now)
    {
        connection.Execute(
            InsertQuarantine,
            entry.Sequence, (long)entry.Key.Table.Number, entry.Key.Id, entry.Kind, Outbox.ToBytes(entry.WriteId), SqliteTime.ToMicroseconds(entry.At), SqliteTime.ToMicroseconds(now),
            code, reason, entry.Version, entry.Body);
        connection.Execute("DELETE FROM outbox WHERE seq = ?1", entry.Sequence);
    }

    /// <summary>Ends a conflict. False where there is none with the number.</summary>
    /// <param name="keep">The version that is to hold: where it is not the one that was kept, it goes to PostgreSQL whatever is stored there.</param>
    public static bool Resolve(SqliteSession connection, long id, ConflictWinner keep, DateTimeOffset now)
    {
        var kept = connection.ReadText("SELECT kept FROM outbox_conflicts WHERE id = ?1", id);
        if (kept is null) return false;
        if (kept != NameOf(keep))
        {
            if (keep == ConflictWinner.Local) connection.Execute(RequeueSpooled, id, SqliteTime.ToMicroseconds(now));
            else if (RecordTables.Of(connection.ReadNumber("SELECT record_table FROM outbox_conflicts WHERE id = ?1", id)).RestoringKind is { } kind)
                connection.Execute(RequeueStored, id, SqliteTime.ToMicroseconds(now), Outbox.ToBytes(UuidV7.New()), kind);
        }
        return connection.Execute("DELETE FROM outbox_conflicts WHERE id = ?1", id) > 0;
    }

    /// <summary>Puts a quarantined write back into the queue, or drops it for good. False where there is none with the number.</summary>
    public static bool Release(SqliteSession connection, long id, bool retry)
    {
        if (retry) connection.Execute(RequeueQuarantined, id);
        return connection.Execute("DELETE FROM outbox_quarantine WHERE id = ?1", id) > 0;
    }

    public static string NameOf(ConflictWinner kept) => kept == ConflictWinner.Remote ? "stored" : "spooled";
}
