using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>What leaves the queue without being replayed, and the way back.</summary>
internal static class DeadLetters
{
    private const string InsertConflict = """
        INSERT INTO outbox_conflicts (seq, record_table, record_id, kind, write_id, spooled_at, found_at, kept, reason, spooled_version, spooled,
            stored_version, stored_at, stored, authentic)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, CAST(?11 AS TEXT), ?12, ?13, CAST(?14 AS TEXT), ?15) ON CONFLICT (seq) DO NOTHING
        """;

    private const string InsertQuarantine = """
        INSERT INTO outbox_quarantine (seq, record_table, record_id, kind, write_id, spooled_at, found_at, code, reason, version, body, authentic)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, CAST(?11 AS TEXT), ?12) ON CONFLICT (seq) DO NOTHING
        """;

    private const string Unauthentic =
        "the entry was not written by Nexus with a key of the ring, or it was altered in the file, so it is not sent to PostgreSQL. Discard it and "
            + "save the record again; if its key was removed from the ring, add it again";

    public static void Park(SqliteSession connection, ParkedConflict conflict, DateTimeOffset now, OutboxSeal? seal)
    {
        var entry = conflict.Entry;
        var origin = conflict.Parts.Min(part => part.Origin);
        var parked = ParkedRow.Of(conflict);
        connection.Execute(
            InsertConflict,
            entry.Sequence, (long)entry.Key.Table.Number, entry.Key.Id, entry.Kind, Outbox.ToBytes(entry.WriteId),
            SqliteTime.ToMicroseconds(entry.At), SqliteTime.ToMicroseconds(now),
            NameOf(conflict.Kept), conflict.Reason, entry.Version, conflict.Body, conflict.StoredVersion,
            conflict.StoredAt is { } at ? SqliteTime.ToMicroseconds(at) : null, conflict.Stored,
            seal?.Sign(parked.Content(), origin));
        if (conflict.Kept == ConflictWinner.Local) return;
        foreach (var part in conflict.Parts) connection.Execute("DELETE FROM outbox WHERE seq = ?1", part.Sequence);
    }

    public static void Quarantine(SqliteSession connection, OutboxEntry entry, string code, string reason, DateTimeOffset now, OutboxSeal? seal)
    {
        connection.Execute(
            InsertQuarantine,
            entry.Sequence, (long)entry.Key.Table.Number, entry.Key.Id, entry.Kind, Outbox.ToBytes(entry.WriteId),
            SqliteTime.ToMicroseconds(entry.At), SqliteTime.ToMicroseconds(now),
            code, reason, entry.Version, entry.Body,
            entry.Origin == OutboxOrigin.Unknown ? null : seal?.Sign(ParkedRow.Of(entry).Content(), entry.Origin));
        connection.Execute("DELETE FROM outbox WHERE seq = ?1", entry.Sequence);
    }

    /// <summary>Ends a conflict. False where there is none with the number.</summary>
    /// <param name="connection">Of the outbox's file.</param>
    /// <param name="id">The conflict.</param>
    /// <param name="keep">The version that wins: if it is not the one that was kept, it replaces whatever PostgreSQL holds.</param>
    /// <param name="now">When it was decided.</param>
    /// <param name="seal">Judges the conflict and signs what goes back into the queue.</param>
    /// <exception cref="StoreRejectedException">Nexus did not write the conflict.</exception>
    public static bool Resolve(SqliteSession connection, long id, ConflictWinner keep, DateTimeOffset now, OutboxSeal? seal)
    {
        if (ParkedRow.FindConflict(connection, id) is not { } row) return false;
        if (row.Kept != NameOf(keep))
        {
            if (keep == ConflictWinner.Local) Requeue(connection, row, row.Entry(row.Kind, row.WriteId, now, row.Version, row.Body), seal);
            else if (row.Stored is { } stored && RecordTables.Of(row.Table).RestoringKind is { } kind)
                Requeue(connection, row, row.Entry(kind, UuidV7.New(), now, row.StoredVersion, stored), seal);
        }
        return connection.Execute("DELETE FROM outbox_conflicts WHERE id = ?1", id) > 0;
    }

    /// <summary>Puts a quarantined write back into the queue, or drops it for good. False where there is none with the number.</summary>
    /// <exception cref="StoreRejectedException">Nexus did not write the entry that is to be put back.</exception>
    public static bool Release(SqliteSession connection, long id, bool retry, OutboxSeal? seal)
    {
        if (retry && ParkedRow.FindQuarantined(connection, id) is { } row)
            Requeue(connection, row, row.Entry(row.Kind, row.WriteId, row.At, row.Version, row.Body), seal);
        return connection.Execute("DELETE FROM outbox_quarantine WHERE id = ?1", id) > 0;
    }

    /// <summary>A quarantined write to a chat that was moved to another shard; null if there is none with the number.</summary>
    /// <exception cref="StoreRejectedException">Nexus did not write the entry.</exception>
    public static Write? FindMoved(SqliteSession connection, long id, OutboxSeal? seal)
    {
        using (var reader = connection.Query("SELECT 1 FROM outbox_quarantine WHERE id = ?1 AND code = ?2", id, MovedWrites.Code))
            if (!reader.Read()) return null;
        if (ParkedRow.FindQuarantined(connection, id) is not { } row) return null;
        RequireAuthentic(row, seal);
        return WriteCodec.Decode(row.Kind, row.RecordId, row.WriteId, row.Body);
    }

    /// <summary>Removes what left the queue for a chat.</summary>
    /// <param name="connection">Of the outbox's file.</param>
    /// <param name="chat">The chat.</param>
    /// <param name="isPreview">Only counts.</param>
    public static int Forget(SqliteSession connection, string chat, bool isPreview)
    {
        var found = 0;
        foreach (var (table, bodies) in new[] { ("outbox_conflicts", "spooled, stored"), ("outbox_quarantine", "body, NULL") })
        {
            List<long> ids = [];
            using (var reader = connection.Query($"SELECT id, record_table, record_id, {bodies} FROM {table}"))
            {
                while (reader.Read())
                {
                    if (IsOfChat(reader, 3, chat) || IsOfChat(reader, 4, chat)) ids.Add(reader.GetInt64(0));
                }
            }
            found += ids.Count;
            if (isPreview) continue;
            foreach (var id in ids) connection.Execute($"DELETE FROM {table} WHERE id = ?1", id);
        }
        return found;
    }

    public static string NameOf(ConflictWinner kept) => kept == ConflictWinner.Remote ? "stored" : "spooled";

    private static bool IsOfChat(SqliteDataReader row, int body, string chat)
    {
        var (table, id) = (RecordTables.Of(row.GetInt64(1)), row.GetString(2));
        try
        {
            using var json = JsonDocument.Parse(row.IsDBNull(body) ? "{}" : row.GetString(body));
            return table.IsOfChat(id, json.RootElement, chat);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // A damaged body names nobody; the key still may.
            using var none = JsonDocument.Parse("{}");
            return table.IsOfChat(id, none.RootElement, chat);
        }
    }

    // At the end of the queue and without a base: what an operator decides holds over whatever is stored then.
    private static void Requeue(SqliteSession connection, ParkedRow row, OutboxEntry entry, OutboxSeal? seal)
    {
        Outbox.Insert(connection, entry with { Origin = RequireAuthentic(row, seal) }, seal);
    }

    private static OutboxOrigin RequireAuthentic(ParkedRow row, OutboxSeal? seal)
    {
        var origin = seal?.Verify(row.Content(), row.Code) ?? OutboxOrigin.Authentic;
        return origin == OutboxOrigin.Unknown ? throw new StoreRejectedException(OutboxSeal.Code, Unauthentic) : origin;
    }
}
