using Nexus.Secrets;
using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>Where the outbox keeps a write as text.</summary>
internal enum OutboxBody
{
    /// <summary>A write that waits.</summary>
    Queued,

    /// <summary>A write that PostgreSQL refused.</summary>
    Quarantined,

    /// <summary>The outbox's version in a conflict.</summary>
    Spooled,

    /// <summary>PostgreSQL's version in a conflict.</summary>
    Stored,
}

/// <summary>
/// Replaces the text of writes in the file, for example by one whose secrets are sealed. A row's code of authenticity is renewed with it.
/// </summary>
internal static class OutboxBodies
{
    /// <returns>False if the row no longer exists, or if it was written without an encryption key: it stays as it is, for the quarantine.</returns>
    public static bool TryReplace(SqliteSession connection, OutboxBody body, long id, byte[] json, KeyRing keys)
    {
        var seal = SqliteMeta.Get(connection, Outbox.IdName) is { } outboxId ? new OutboxSeal(keys, outboxId) : null;
        var isAuthenticated = SqliteMeta.Get(connection, Outbox.AuthenticName) is not null;
        return body switch
        {
            OutboxBody.Queued => TryReplaceQueued(connection, id, json, seal, isAuthenticated),
            OutboxBody.Quarantined => TryReplaceParked(
                connection, ParkedRow.FindQuarantined(connection, id), row => row with { Body = json }, "outbox_quarantine SET body", id, json, seal,
                isAuthenticated),
            OutboxBody.Spooled => TryReplaceParked(
                connection, ParkedRow.FindConflict(connection, id), row => row with { Body = json }, "outbox_conflicts SET spooled", id, json, seal,
                isAuthenticated),
            OutboxBody.Stored => TryReplaceParked(
                connection, ParkedRow.FindConflict(connection, id), row => row with { Stored = json }, "outbox_conflicts SET stored", id, json, seal,
                isAuthenticated),
            _ => throw new ArgumentOutOfRangeException(nameof(body)),
        };
    }

    private static bool TryReplaceQueued(SqliteSession connection, long sequence, byte[] json, OutboxSeal? seal, bool isAuthenticated)
    {
        var entries = OutboxReader.ReadPage(connection.Query($"SELECT {OutboxReader.Columns} FROM outbox WHERE seq = ?1", sequence), seal);
        if (entries is not [var entry] || (isAuthenticated && entry.Origin == OutboxOrigin.Unknown)) return false;
        var code = entry.Origin == OutboxOrigin.Unknown ? null : seal?.Sign(entry with { Body = json });
        return connection.Execute("UPDATE outbox SET body = CAST(?2 AS TEXT), authentic = ?3 WHERE seq = ?1", sequence, json, code) > 0;
    }

    private static bool TryReplaceParked(
        SqliteSession connection, ParkedRow? row, Func<ParkedRow, ParkedRow> replace, string column, long id, byte[] json, OutboxSeal? seal,
        bool isAuthenticated)
    {
        if (row is null) return false;
        var origin = seal?.Verify(row.Content(), row.Code) ?? OutboxOrigin.Unknown;
        if (isAuthenticated && origin == OutboxOrigin.Unknown) return false;
        var code = origin == OutboxOrigin.Unknown ? null : seal?.Sign(replace(row).Content(), origin);
        return connection.Execute($"UPDATE {column} = CAST(?2 AS TEXT), authentic = ?3 WHERE id = ?1", id, json, code) > 0;
    }
}
