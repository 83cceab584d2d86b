using Microsoft.Data.Sqlite;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sessions;

namespace Nexus.Sqlite;

/// <summary>Sessions, and the list of which strategy is on in which session.</summary>
internal static class SqliteSessions
{
    public static readonly DocumentTable Table = new(SessionRow.Table, chatId => new DeleteSession(chatId, ExpectedVersion: null))
    {
        ReadRow = static (connection, id, _) => Get(connection, [id]) is [var row] ? row : null,
    };

    public static WriteOutcome Save(SqliteWriteTransaction transaction, SaveSession write)
    {
        var stored = Table.Find(transaction, write);
        if (DocumentTable.Judge(write, stored, write.ExpectedVersion) is { } outcome) return outcome;
        var before = stored is null ? default : SessionDocument.Parse(stored.Document);
        var document = new SessionDocument(
            write.ApiKey.IsKept ? before.ApiKey : write.ApiKey.Value,
            write.ApiSecret.IsKept ? before.ApiSecret : write.ApiSecret.Value,
            write.Config);
        return Put(transaction, write, stored, before, document);
    }

    public static WriteOutcome Patch(SqliteWriteTransaction transaction, PatchSessionConfig write)
    {
        var stored = Table.Find(transaction, write);
        if (DocumentTable.Judge(write, stored, write.ExpectedVersion) is { } outcome) return outcome;
        var before = SessionDocument.Parse(stored!.Document);
        return Put(transaction, write, stored, before, before with { Config = SqliteJson.Patch("config", before.Config, write.Patch) });
    }

    public static WriteOutcome Lock(SqliteWriteTransaction transaction, LockSession write)
    {
        var stored = Table.Find(transaction, write);
        if (DocumentTable.Judge(write, stored, write.SeenVersion) is { } outcome) return outcome;
        if (SqliteUsers.IsExpired(transaction.Connection, write.ChatId, transaction.Now, write.UserVersion) != write.Locks)
            return WriteOutcome.InvalidState;
        var before = SessionDocument.Parse(stored!.Document);
        return Put(transaction, write, stored, before, before with { Config = write.Config });
    }

    public static WriteOutcome Delete(SqliteWriteTransaction transaction, DeleteSession write)
    {
        var stored = Table.Find(transaction, write);
        if (DocumentTable.Judge(write, stored, write.ExpectedVersion) is { } outcome) return outcome;
        ListStrategies(transaction.Connection, write.ChatId, SessionDocument.Parse(stored!.Document).Config.Span, "{}"u8);
        return Table.Delete(transaction, stored);
    }

    public static WriteOutcome Reseal(SqliteWriteTransaction transaction, ResealSession write) => Table.Reseal(
        transaction, Table.Find(transaction, write), write.SeenVersion,
        _ => new SessionDocument(write.ApiKey, write.ApiSecret, write.Config).ToUtf8());

    /// <summary>One statement, so that all rows are of one moment.</summary>
    public static IReadOnlyList<SessionRow> Get(SqliteSession connection, IReadOnlyCollection<string> chatIds)
    {
        using var reader = connection.Query(
            "SELECT doc, chat_id, version, updated_at FROM sessions WHERE chat_id IN (SELECT value FROM json_each(?1))", SqliteJson.Array(chatIds));
        List<SessionRow> rows = new(chatIds.Count);
        while (reader.Read()) rows.Add(Map(reader, reader.GetFieldValue<byte[]>(0)));
        return rows;
    }

    /// <summary>Sessions behind a chat in key order; each condition is served by an index in that order.</summary>
    public static SqliteDataReader List(SqliteSession connection, SessionQuery query, string after) => query switch
    {
        { Strategy: { } strategy, Mode: { } mode } => connection.Query(
            """
            SELECT s.doc, s.chat_id, s.version, s.updated_at FROM session_strategies e CROSS JOIN sessions s ON s.chat_id = e.chat_id
            WHERE e.strategy = ?1 AND e.chat_id > ?2 AND s.mode = ?3 ORDER BY e.chat_id
            """,
            strategy, after, mode),
        { Strategy: { } strategy } => connection.Query(
            """
            SELECT s.doc, s.chat_id, s.version, s.updated_at FROM session_strategies e CROSS JOIN sessions s ON s.chat_id = e.chat_id
            WHERE e.strategy = ?1 AND e.chat_id > ?2 ORDER BY e.chat_id
            """,
            strategy, after),
        { Mode: { } mode } => connection.Query(
            "SELECT doc, chat_id, version, updated_at FROM sessions WHERE mode = ?1 AND chat_id > ?2 ORDER BY chat_id", mode, after),
        _ => connection.Query("SELECT doc, chat_id, version, updated_at FROM sessions WHERE chat_id > ?1 ORDER BY chat_id", after),
    };

    public static SessionRow Map(SqliteDataReader reader, byte[] document)
    {
        var (apiKey, apiSecret, config) = SessionDocument.Parse(document);
        return new SessionRow(reader.GetString(1), apiKey, apiSecret, config, reader.GetInt64(2), SqliteTime.FromMicroseconds(reader.GetInt64(3)));
    }

    private static WriteOutcome Put(SqliteWriteTransaction transaction, Write write, StoredDocument? stored, SessionDocument before,
        SessionDocument after)
    {
        ListStrategies(transaction.Connection, write.RecordId, stored is null ? "{}"u8 : before.Config.Span, after.Config.Span);
        return Table.Put(transaction, write, stored, after.ToUtf8());
    }

    private static void ListStrategies(SqliteSession connection, string chatId, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        if (before.SequenceEqual(after)) return;
        var (off, on) = (SessionDocument.EnabledStrategies(before), SessionDocument.EnabledStrategies(after));
        foreach (var strategy in off.Except(on, StringComparer.Ordinal))
            connection.Execute("DELETE FROM session_strategies WHERE strategy = ?1 AND chat_id = ?2", strategy, chatId);
        foreach (var strategy in on.Except(off, StringComparer.Ordinal))
            connection.Execute("INSERT INTO session_strategies (strategy, chat_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING", strategy, chatId);
    }
}
