using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>The sessions' SQL.</summary>
internal static class PostgresSessions
{
    /// <summary>
    /// The save that almost all saves are: unconditional, with both secrets given. A replay of the write that the row holds already matches no row.
    /// </summary>
    private static readonly Statement Replace = new Statement<SaveSession>(SessionRow.Table, rank: 0, StatementKind.Creates, """
        INSERT INTO sessions AS s (chat_id, api_key, api_secret, config, write_id)
        SELECT i.chat_id, i.api_key, i.api_secret, i.config, i.write_id FROM {input} ORDER BY i.chat_id COLLATE "C"
        ON CONFLICT (chat_id) DO UPDATE SET
            api_key = excluded.api_key, api_secret = excluded.api_secret, config = excluded.config,
            updated_at = excluded.updated_at, version = s.version + 1, write_id = excluded.write_id
        WHERE s.write_id IS DISTINCT FROM excluded.write_id
        RETURNING s.chat_id, s.version, s.updated_at
        """)
        .Text("chat_id", write => write.ChatId)
        .Text("api_key", write => write.ApiKey.Value)
        .Text("api_secret", write => write.ApiSecret.Value)
        .Json("config", write => write.Config)
        .Uuid("write_id", write => write.WriteId);

    /// <summary>
    /// A save with a condition or with a secret kept. The row is held while the new one is made from it; a row that appears after that look is
    /// not overwritten, because its version is not the one that the new row follows.
    /// </summary>
    private static readonly Statement Save = new Statement<SaveSession>(SessionRow.Table, rank: 1, StatementKind.Creates, """
        WITH held AS (
            SELECT s.chat_id, s.version, s.write_id, s.api_key, s.api_secret FROM sessions s WHERE s.chat_id {keys} ORDER BY s.chat_id FOR UPDATE)
        INSERT INTO sessions AS s (chat_id, api_key, api_secret, config, write_id, version)
        SELECT i.chat_id, CASE WHEN i.keep_key THEN h.api_key ELSE i.api_key END, CASE WHEN i.keep_secret THEN h.api_secret ELSE i.api_secret END,
            i.config, i.write_id, coalesce(h.version, 0) + 1
        FROM {input} LEFT JOIN held h ON h.chat_id = i.chat_id
        WHERE (i.expected IS NULL OR i.expected = coalesce(h.version, 0)) AND h.write_id IS DISTINCT FROM i.write_id
        ORDER BY i.chat_id COLLATE "C"
        ON CONFLICT (chat_id) DO UPDATE SET
            api_key = excluded.api_key, api_secret = excluded.api_secret, config = excluded.config,
            updated_at = excluded.updated_at, version = excluded.version, write_id = excluded.write_id
        WHERE s.version = excluded.version - 1
        RETURNING s.chat_id, s.version, s.updated_at
        """, write => write.ExpectedVersion)
        .Text("chat_id", write => write.ChatId)
        .Text("api_key", write => write.ApiKey.Value)
        .Text("api_secret", write => write.ApiSecret.Value)
        .Bool("keep_key", write => write.ApiKey.IsKept)
        .Bool("keep_secret", write => write.ApiSecret.IsKept)
        .Json("config", write => write.Config)
        .LongOrNull("expected", write => write.ExpectedVersion)
        .Uuid("write_id", write => write.WriteId);

    /// <summary>
    /// Carries the input through the look that takes the rows in key order: joined to it once more, the input would be searched from its start for
    /// each row, since a prepared plan takes every array for ten elements.
    /// </summary>
    public static readonly Statement Patch = new Statement<PatchSessionConfig>(SessionRow.Table, rank: 2, StatementKind.Changes, """
        WITH held AS (
            SELECT s.chat_id, i.patch, i.expected, i.write_id FROM {input}
                JOIN sessions s ON s.chat_id = i.chat_id ORDER BY s.chat_id FOR UPDATE OF s)
        UPDATE sessions s SET config = nexus_merge_document(s.config, i.patch, 'config'), updated_at = now(), version = s.version + 1,
            write_id = i.write_id
        FROM held i
        WHERE s.chat_id = i.chat_id AND (i.expected IS NULL OR i.expected = s.version) AND s.write_id IS DISTINCT FROM i.write_id
        RETURNING s.chat_id, s.version, s.updated_at
        """, write => write.ExpectedVersion)
        .Text("chat_id", write => write.ChatId)
        .Json("patch", write => write.Patch)
        .LongOrNull("expected", write => write.ExpectedVersion)
        .Uuid("write_id", write => write.WriteId);

    public static readonly Statement Reseal = new Statement<ResealSession>(SessionRow.Table, rank: 3, StatementKind.Reseals, """
        /* nexus */ WITH held AS (
            SELECT s.chat_id, i.api_key, i.api_secret, i.config, i.expected FROM {input} JOIN sessions s ON s.chat_id = i.chat_id
            ORDER BY s.chat_id FOR UPDATE OF s)
        UPDATE sessions s SET api_key = i.api_key, api_secret = i.api_secret, config = i.config
        FROM held i
        WHERE s.chat_id = i.chat_id AND s.version = i.expected
        RETURNING s.chat_id, s.version, s.updated_at
        """, write => write.SeenVersion)
        .Text("chat_id", write => write.ChatId)
        .Text("api_key", write => write.ApiKey)
        .Text("api_secret", write => write.ApiSecret)
        .Json("config", write => write.Config)
        .LongOrNull("expected", write => write.SeenVersion);

    public static readonly Statement Delete = new Statement<DeleteSession>(SessionRow.Table, rank: 4, StatementKind.Removes, """
        /* nexus */ WITH held AS (SELECT s.chat_id, i.expected FROM {input}
            JOIN sessions s ON s.chat_id = i.chat_id ORDER BY s.chat_id FOR UPDATE OF s),
        gone AS (
            DELETE FROM sessions s USING held i
            WHERE s.chat_id = i.chat_id AND (i.expected IS NULL OR i.expected = s.version)
            RETURNING s.chat_id, s.version)
        SELECT g.chat_id, g.version, now() FROM gone g
        """, write => write.ExpectedVersion)
        .Text("chat_id", write => write.ChatId)
        .LongOrNull("expected", write => write.ExpectedVersion);

    /// <summary>
    /// The users are held, too: a renewal that is committed before is seen, and one that comes later waits and then finds the session locked. First
    /// all sessions and then all users, in the order in which every transaction takes them.
    /// </summary>
    public static readonly Statement Lock = new Statement<LockSession>(SessionRow.Table, rank: 5, StatementKind.Changes, """
        WITH held AS MATERIALIZED (
            SELECT s.chat_id, i.config, i.locks, i.user_version, i.expected, i.write_id FROM {input}
                JOIN sessions s ON s.chat_id = i.chat_id ORDER BY s.chat_id FOR UPDATE OF s),
        judged AS MATERIALIZED (
            SELECT u.chat_id FROM held h JOIN users u ON u.chat_id = h.chat_id
            WHERE u.version = h.user_version AND (u.role = 'user' AND u.expires_at <= now()) IS TRUE = h.locks
            ORDER BY u.chat_id FOR SHARE OF u)
        UPDATE sessions s SET config = h.config, updated_at = now(), version = s.version + 1, write_id = h.write_id
        FROM held h JOIN judged j ON j.chat_id = h.chat_id
        WHERE s.chat_id = h.chat_id AND s.version = h.expected AND s.write_id IS DISTINCT FROM h.write_id
        RETURNING s.chat_id, s.version, s.updated_at
        """, write => write.SeenVersion)
        .Text("chat_id", write => write.ChatId)
        .Json("config", write => write.Config)
        .Bool("locks", write => write.Locks)
        .LongOrNull("user_version", write => write.UserVersion)
        .LongOrNull("expected", write => write.SeenVersion)
        .Uuid("write_id", write => write.WriteId)
        .RefusesWhere(static _ => true);

    private const string LockRows = "SELECT count(*) FROM (SELECT 1 FROM sessions WHERE chat_id = ANY ($1) ORDER BY chat_id FOR UPDATE) AS held";

    private const string LookUp = "SELECT chat_id, version, updated_at, write_id FROM sessions WHERE chat_id = ANY ($1)";

    private const string RaiseVersion =
        "UPDATE sessions t SET version = i.version FROM unnest($1::text[], $2::bigint[]) AS i (id, version) WHERE t.chat_id = i.id AND t.version < "
            + "i.version";

    public static readonly PostgresTable Table = new PostgresTable<SessionRow>(SessionRow.Table, LookUp, LockRows, RaiseVersion)
    {
        Placement = TablePlacement.OfChat(KeyPart.Text("chat_id")),
        Ranges = new PostgresKeyRanges(SessionRow.Table),
        Get = Get,
        Page = static (after, limit) => List(new SessionQuery(After: after, Limit: limit)),
    };

    private const string Columns = "SELECT chat_id, api_key, api_secret, config, version, updated_at FROM sessions";

    private const string GetOne = $"{Columns} WHERE chat_id = $1";
    private const string GetSome = $"{Columns} WHERE chat_id = ANY ($1)";

    /// <summary>All of them when $1 is '' and $2 is null, which lets one statement serve the first page and the later ones.</summary>
    private const string ListAll = $"{Columns} WHERE chat_id >= $1 AND chat_id IS DISTINCT FROM $2";

    /// <summary>
    /// Two bounds instead of an equality, so that only the index on mode has the order: on the primary key, the sessions of a mode may all stand at
    /// the end.
    /// </summary>
    private const string ListByMode = $"{Columns} WHERE (mode, chat_id) >= ($3, $1) AND mode <= $3 AND chat_id IS DISTINCT FROM $2";

    private const string ListByStrategy = $"{ListAll} AND strategies @> jsonb_build_object($3::text, true)";
    private const string ListByBoth = $"{ListByStrategy} AND mode = $4";

    public static Statement For(SaveSession write) =>
        write.ExpectedVersion is null && !write.ApiKey.IsKept && !write.ApiSecret.IsKept ? Replace : Save;

    public static Query<SessionRow> Get(IReadOnlyCollection<string> chatIds) => chatIds.Count == 1
        ? new Query<SessionRow>(GetOne, Read).Text(chatIds.First())
        : new Query<SessionRow>(GetSome, Read).Texts(chatIds);

    public static Query<SessionRow> List(SessionQuery query)
    {
        var (sql, order, limit) = query switch
        {
            { Mode: null, Strategy: null } => (ListAll, "chat_id", "$3"),
            { Strategy: null } => (ListByMode, "mode, chat_id", "$4"),
            { Mode: null } => (ListByStrategy, "chat_id", "$4"),
            _ => (ListByBoth, "chat_id", "$5"),
        };
        var list = new Query<SessionRow>($"{sql} ORDER BY {order} LIMIT {limit}", Read).Text(query.After ?? "").Text(query.After);
        if (query.Strategy is { } strategy) list.Text(strategy);
        if (query.Mode is { } mode) list.Text(mode);
        list.Limit(query.Limit);
        // A frequent strategy is found soon on the primary key, a rare one only by its own index: 0.1 ms and 1.8 s at a million sessions.
        return query.Strategy is null ? list : list.PlannedForValues();
    }

    private static SessionRow Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetStringOrNull(1),
        row.GetStringOrNull(2),
        row.GetFieldValue<byte[]>(3),
        row.GetInt64(4),
        row.GetInstant(5));
}
