using Nexus.Chats;
using Nexus.Engine;
using Nexus.Users;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The users' SQL.</summary>
internal static class PostgresUsers
{
    /// <summary>
    /// What a save leaves out is taken from the held row, or from the columns' defaults. Days are 24 hours, whatever the session's time zone. A row
    /// that appears after the look is not overwritten, as in the save of a session. Only a new user takes a number of the sequence: the column's
    /// default would take one for each save. Citus takes a nextval inside an expression in a subquery alone.
    /// </summary>
    public static readonly Statement Save = new Statement<SaveUser>(UserRow.Table, rank: 0, StatementKind.Creates, """
        WITH held AS (SELECT u.* FROM users u WHERE u.chat_id {keys} ORDER BY u.chat_id FOR UPDATE)
        INSERT INTO users AS u (id, chat_id, name, role, expires_at, timezone, telegram_id, enabled_groups, created_at, write_id, version)
        SELECT coalesce(h.id, e.new_id), i.chat_id, coalesce(i.name, h.name),
            coalesce(i.role, h.role, 'user'),
            CASE
                WHEN i.expiry = 'At' THEN i.expires_at
                WHEN i.expiry = 'DaysFromNow' THEN e.from_now
                WHEN i.expiry = 'DaysMore' THEN CASE WHEN h.chat_id IS NULL OR h.expires_at IS NOT NULL THEN e.more END
                WHEN i.expiry = 'Keep' THEN h.expires_at
            END,
            coalesce(i.timezone, h.timezone, 'UTC'), coalesce(i.telegram_id, h.telegram_id),
            coalesce(i.groups, h.enabled_groups, '{"CRYPTO": true, "STOCKS": true, "ETFS": true}'),
            coalesce(i.created_at, clock.at), i.write_id, coalesce(h.version, 0) + 1
        FROM {input} LEFT JOIN held h ON h.chat_id = i.chat_id
        CROSS JOIN (SELECT now() AS at) AS clock
        CROSS JOIN LATERAL (
            SELECT clock.at + i.days * interval '24 hours' AS from_now,
                greatest(coalesce(i.since, clock.at), h.expires_at) + i.days * interval '24 hours' AS more,
                CASE WHEN h.chat_id IS NULL THEN nextval('users_id_seq'::regclass) END AS new_id) AS e
        WHERE (i.expected IS NULL OR i.expected = coalesce(h.version, 0)) AND h.write_id IS DISTINCT FROM i.write_id
            AND (h.chat_id IS NOT NULL OR i.must_exist = 0)
        ORDER BY i.chat_id COLLATE "C"
        ON CONFLICT (chat_id) DO UPDATE SET
            name = excluded.name, role = excluded.role, expires_at = excluded.expires_at, timezone = excluded.timezone,
            telegram_id = excluded.telegram_id, enabled_groups = excluded.enabled_groups, updated_at = excluded.updated_at,
            version = excluded.version, write_id = excluded.write_id
        WHERE u.version = excluded.version - 1
        RETURNING u.chat_id, u.version, u.updated_at
        """, write => write.ExpectedVersion)
        .Text("chat_id", write => write.ChatId)
        .Text("name", write => write.Name)
        .Text("role", write => write.Role)
        .Text("expiry", write => write.Expiry.Kind.ToString())
        .TimeOrNull("expires_at", write => write.Expiry.Kind == ExpiryKind.At ? write.Expiry.At : null)
        .TimeOrNull("created_at", write => write.CreatedAt)
        .Int("days", write => write.Expiry.Days)
        .TimeOrNull("since", write => write.Expiry.Since)
        .Int("must_exist", write => write.MustExist ? 1 : 0)
        .Text("timezone", write => write.TimeZone)
        .LongOrNull("telegram_id", write => write.TelegramId)
        .JsonOrNull("groups", write => write.Groups)
        .LongOrNull("expected", write => write.ExpectedVersion)
        .Uuid("write_id", write => write.WriteId);

    public static readonly Statement Extend = new Statement<ExtendUser>(UserRow.Table, rank: 1, StatementKind.Changes, """
        WITH held AS (
            SELECT u.chat_id, i.write_id, greatest(coalesce(i.accepted_at, clock.at), u.expires_at) + i.days * interval '24 hours' AS more,
                u.expires_at > '10000-01-01 00:00:00+00'::timestamptz - i.days * interval '24 hours' AND u.expires_at < 'infinity' AS is_too_late
            FROM {input} CROSS JOIN (SELECT now() AS at) AS clock
            JOIN users u ON u.chat_id = i.chat_id ORDER BY u.chat_id FOR UPDATE OF u)
        UPDATE users u SET
            expires_at = CASE WHEN u.expires_at IS NOT NULL THEN nexus_accept(
                i.more, i.is_too_late IS NOT TRUE, 'days', 'must end the subscription within the years 1 to 9999') END,
            updated_at = now(), version = u.version + 1, write_id = i.write_id
        FROM held i
        WHERE u.chat_id = i.chat_id AND u.write_id IS DISTINCT FROM i.write_id
        RETURNING u.chat_id, u.version, u.updated_at
        """)
        .Text("chat_id", write => write.ChatId)
        .Int("days", write => write.Days)
        .TimeOrNull("accepted_at", write => write.AcceptedAt)
        .Uuid("write_id", write => write.WriteId);

    public static readonly Statement Remove = new Statement<RemoveUser>(UserRow.Table, rank: 2, StatementKind.Removes, """
        /* nexus */ WITH held AS (SELECT u.chat_id, i.expected FROM {input} JOIN users u ON u.chat_id = i.chat_id ORDER BY u.chat_id FOR UPDATE OF u),
        gone AS (
            DELETE FROM users u USING held i
            WHERE u.chat_id = i.chat_id AND (i.expected IS NULL OR i.expected = u.version)
            RETURNING u.chat_id, u.version)
        SELECT g.chat_id, g.version, now() FROM gone g
        """, write => write.ExpectedVersion)
        .Text("chat_id", write => write.ChatId)
        .LongOrNull("expected", write => write.ExpectedVersion);

    private const string LockRows = "SELECT count(*) FROM (SELECT 1 FROM users WHERE chat_id = ANY ($1) ORDER BY chat_id FOR UPDATE) AS held";

    private const string LookUp = "SELECT chat_id, version, updated_at, write_id FROM users WHERE chat_id = ANY ($1)";

    private const string RaiseVersion =
        "UPDATE users t SET version = i.version FROM unnest($1::text[], $2::bigint[]) AS i (id, version) WHERE t.chat_id = i.id AND t.version < "
            + "i.version";

    public static readonly PostgresTable Table = new PostgresTable<UserRow>(UserRow.Table, LookUp, LockRows, RaiseVersion)
    {
        Placement = TablePlacement.OfChat(KeyPart.Text("chat_id")),
        Ranges = new PostgresKeyRanges(UserRow.Table),
        Get = Get,
        Page = static (after, limit) => List(after, limit),
    };

    /// <summary>What <see cref="Read"/> reads.</summary>
    public const string Selected =
        "SELECT chat_id, name, role, expires_at, created_at, timezone, telegram_id, enabled_groups, version, now(), id";

    private const string Columns = $"{Selected} FROM users";

    private const string GetOne = $"{Columns} WHERE chat_id = $1";
    private const string GetSome = $"{Columns} WHERE chat_id = ANY ($1)";
    private const string AccessColumns = "SELECT chat_id, role, expires_at, now() FROM users";
    private const string GetOneAccess = $"{AccessColumns} WHERE chat_id = $1";
    private const string GetSomeAccess = $"{AccessColumns} WHERE chat_id = ANY ($1)";
    private const string ListAll = $"{Columns} WHERE chat_id >= $1 AND chat_id IS DISTINCT FROM $2 ORDER BY chat_id LIMIT $3";

    private const string CountAll = """
        SELECT count(*) FILTER (WHERE role = 'admin'),
            count(*) FILTER (WHERE role <> 'admin' AND (expires_at IS NULL OR expires_at > now())),
            count(*) FILTER (WHERE role <> 'admin' AND expires_at <= now())
        FROM users
        """;

    public static Query<UserRow> Get(IReadOnlyCollection<string> chatIds) => chatIds.Count == 1
        ? new Query<UserRow>(GetOne, Read).Text(chatIds.First())
        : new Query<UserRow>(GetSome, Read).Texts(chatIds);

    public static Query<AccessRow> GetAccess(IReadOnlyCollection<string> chatIds) => chatIds.Count == 1
        ? new Query<AccessRow>(GetOneAccess, ReadAccess).Text(chatIds.First())
        : new Query<AccessRow>(GetSomeAccess, ReadAccess).Texts(chatIds);

    public static Query<UserRow> List(string? after, int? limit = null) =>
        new Query<UserRow>(ListAll, Read).Text(after ?? "").Text(after).Limit(limit);

    public static Query<UserCounts> Count() =>
        new(CountAll, static row => new UserCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));

    private static AccessRow ReadAccess(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetInstantOrNull(2), row.GetInstant(3));

    public static UserRow Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetStringOrNull(1),
        row.GetString(2),
        row.GetInstantOrNull(3),
        row.GetInstant(4),
        row.GetString(5),
        row.IsDBNull(6) ? null : row.GetInt64(6),
        row.GetFieldValue<byte[]>(7),
        row.GetInt64(8),
        row.GetInstant(9))
    {
        Number = row.IsDBNull(10) ? null : row.GetInt32(10),
    };
}
