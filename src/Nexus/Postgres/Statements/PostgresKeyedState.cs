using Nexus.Engine;
using Nexus.KeyedState;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The keyed state's SQL. A row that has expired, by the time of the transaction, is as good as missing in every statement.</summary>
internal static class PostgresKeyedState
{
    /// <summary>The save that almost all saves are: unconditional. A replay of the write that the row holds already matches no row.</summary>
    private static readonly Statement Replace = new Statement<SaveKeyedState>(KeyedStateRow.Table, rank: 0, StatementKind.Creates, """
        INSERT INTO keyed_state AS k (id, value, expires_at, write_id)
        SELECT i.id, i.value, CASE WHEN i.ttl IS NULL THEN i.expires_at ELSE e.at END, i.write_id
        FROM {input} CROSS JOIN LATERAL (SELECT now() + i.ttl * interval '1 microsecond' AS at) AS e ORDER BY i.id COLLATE "C"
        ON CONFLICT (id) DO UPDATE SET
            value = excluded.value, expires_at = excluded.expires_at, updated_at = excluded.updated_at, version = k.version + 1,
            write_id = excluded.write_id
        WHERE k.write_id IS DISTINCT FROM excluded.write_id OR k.expires_at <= excluded.updated_at
        RETURNING k.id, k.version, k.updated_at
        """)
        .Text("id", write => write.Id)
        .Json("value", write => write.Value)
        .LongOrNull("ttl", write => Microseconds(write.Expiry))
        .TimeOrNull("expires_at", write => write.Expiry.ExpiresAt)
        .Uuid("write_id", write => write.WriteId);

    /// <summary>As the conditional save of a session. Over an expired row it continues that row's version.</summary>
    private static readonly Statement Save = new Statement<SaveKeyedState>(KeyedStateRow.Table, rank: 1, StatementKind.Creates, """
        WITH held AS (
            SELECT k.id, k.version, k.write_id, k.expires_at <= now() AS is_expired FROM keyed_state k WHERE k.id {keys} ORDER BY k.id FOR UPDATE)
        INSERT INTO keyed_state AS k (id, value, expires_at, write_id, version)
        SELECT i.id, i.value, CASE WHEN i.ttl IS NULL THEN i.expires_at ELSE e.at END, i.write_id, coalesce(h.version, 0) + 1
        FROM {input} LEFT JOIN held h ON h.id = i.id
        CROSS JOIN LATERAL (SELECT now() + i.ttl * interval '1 microsecond' AS at) AS e
        WHERE i.expected = CASE WHEN h.is_expired THEN 0 ELSE coalesce(h.version, 0) END
            AND (h.write_id IS DISTINCT FROM i.write_id OR h.is_expired)
        ORDER BY i.id COLLATE "C"
        ON CONFLICT (id) DO UPDATE SET
            value = excluded.value, expires_at = excluded.expires_at, updated_at = excluded.updated_at, version = excluded.version,
            write_id = excluded.write_id
        WHERE k.version = excluded.version - 1
        RETURNING k.id, k.version, k.updated_at
        """, write => write.ExpectedVersion)
        .Text("id", write => write.Id)
        .Json("value", write => write.Value)
        .LongOrNull("ttl", write => Microseconds(write.Expiry))
        .TimeOrNull("expires_at", write => write.Expiry.ExpiresAt)
        .LongOrNull("expected", write => write.ExpectedVersion)
        .Uuid("write_id", write => write.WriteId);

    public static readonly Statement Patch = new Statement<PatchKeyedState>(KeyedStateRow.Table, rank: 2, StatementKind.Changes, """
        WITH held AS (
            SELECT k.id, i.patch, i.ttl, i.expires_at, now() + i.ttl * interval '1 microsecond' AS later, i.keeps, i.expected, i.write_id FROM {input}
                JOIN keyed_state k ON k.id = i.id ORDER BY k.id FOR UPDATE OF k)
        UPDATE keyed_state k SET value = nexus_merge_document(k.value, i.patch, 'value'),
            expires_at = CASE WHEN i.keeps THEN k.expires_at WHEN i.ttl IS NULL THEN i.expires_at ELSE i.later END,
            updated_at = now(), version = k.version + 1, write_id = i.write_id
        FROM held i
        WHERE k.id = i.id AND (k.expires_at IS NULL OR k.expires_at > now()) AND (i.expected IS NULL OR i.expected = k.version)
            AND k.write_id IS DISTINCT FROM i.write_id
        RETURNING k.id, k.version, k.updated_at
        """, write => write.ExpectedVersion)
        .Text("id", write => write.Id)
        .Json("patch", write => write.Patch)
        .LongOrNull("ttl", write => write.Expiry is { } expiry ? Microseconds(expiry) : null)
        .TimeOrNull("expires_at", write => write.Expiry?.ExpiresAt)
        .Bool("keeps", write => write.Expiry is null)
        .LongOrNull("expected", write => write.ExpectedVersion)
        .Uuid("write_id", write => write.WriteId);

    public static readonly Statement Reseal = new Statement<ResealKeyedState>(KeyedStateRow.Table, rank: 3, StatementKind.Reseals, """
        WITH held AS (SELECT k.id, i.value, i.expected FROM {input} JOIN keyed_state k ON k.id = i.id ORDER BY k.id FOR UPDATE OF k)
        UPDATE keyed_state k SET value = i.value
        FROM held i
        WHERE k.id = i.id AND k.version = i.expected
        RETURNING k.id, k.version, k.updated_at
        """, write => write.SeenVersion)
        .Text("id", write => write.Id)
        .Json("value", write => write.Value)
        .LongOrNull("expected", write => write.SeenVersion);

    public static readonly Statement Remove = new Statement<RemoveKeyedState>(KeyedStateRow.Table, rank: 4, StatementKind.Removes, """
        WITH held AS (
            SELECT k.id, i.expected, i.only_expired FROM {input} JOIN keyed_state k ON k.id = i.id ORDER BY k.id FOR UPDATE OF k),
        gone AS (
            DELETE FROM keyed_state k USING held i
            WHERE k.id = i.id AND (i.expected IS NULL OR i.expected = k.version) AND i.only_expired = ((k.expires_at <= now()) IS TRUE)
            RETURNING k.id, k.version)
        SELECT g.id, g.version, now() FROM gone g
        """, write => write.ExpectedVersion)
        .Text("id", write => write.Id)
        .LongOrNull("expected", write => write.ExpectedVersion)
        .Bool("only_expired", write => write.OnlyExpired);

    private const string LockRows = "SELECT count(*) FROM (SELECT 1 FROM keyed_state WHERE id = ANY ($1) ORDER BY id FOR UPDATE) AS held";

    private const string IsAlive = "(expires_at IS NULL OR expires_at > now())";

    private const string LookUp = $"SELECT id, version, updated_at, write_id FROM keyed_state WHERE id = ANY ($1) AND {IsAlive}";

    private const string RaiseVersion =
        "UPDATE keyed_state t SET version = i.version FROM unnest($1::text[], $2::bigint[]) AS i (id, version) WHERE t.id = i.id AND t.version < "
            + "i.version";

    /// <summary>The local replica also holds what has expired, so that versions continue during an outage.</summary>
    public static readonly PostgresTable Table = new PostgresTable<KeyedStateRow>(KeyedStateRow.Table, LookUp, LockRows, RaiseVersion)
    {
        Placement = TablePlacement.Of("{s}.nexus_state_bucket({r}.id)", KeyPart.Text("id")),
        Ranges = new PostgresKeyRanges(KeyedStateRow.Table),
        Get = static ids => new Query<KeyedStateRow>(GetMany, Read).Texts(ids),
        Page = static (after, limit) => new Query<KeyedStateRow>(PageAll, Read).Text(after ?? "").Text(after).Limit(limit),
    };

    private const string Columns = "SELECT id, value, expires_at, version, updated_at FROM keyed_state";

    private const string GetOne = $"{Columns} WHERE id = $1 AND {IsAlive}";
    private const string GetMany = $"{Columns} WHERE id = ANY ($1)";
    private const string PageAll = $"{Columns} WHERE id >= $1 AND id IS DISTINCT FROM $2 ORDER BY id LIMIT $3";
    private const string ListRange =
        $"{Columns} WHERE id >= $1 AND id IS DISTINCT FROM $2 AND id < $3 AND {IsAlive} ORDER BY id LIMIT $4";
    private const string ListAll = $"{Columns} WHERE id >= $1 AND id IS DISTINCT FROM $2 AND {IsAlive} ORDER BY id LIMIT $3";

    /// <summary>The hour is indexed, since an index on the instant would end HOT updates of values whose time to live slides.</summary>
    private const string ListExpired = """
        SELECT id, version FROM keyed_state
        WHERE expires_hour <= nexus_expiry_hour(now() - $1::bigint * interval '1 microsecond')
            AND expires_at <= now() - $1::bigint * interval '1 microsecond'
        ORDER BY expires_hour LIMIT $2
        """;

    public static Statement For(SaveKeyedState write) => write.ExpectedVersion is null ? Replace : Save;

    public static Query<KeyedStateRow> Get(string id) => new Query<KeyedStateRow>(GetOne, Read).Text(id);

    public static Query<KeyedStateRow> List(StateRange range)
    {
        // The later of the two lower bounds, in the order of bytes, which for valid text is that of code points.
        var (from, not) = range.After is { } after && StateRange.Compare(after, range.From) >= 0 ? (after, after) : (range.From, null);
        return range.Before is { } before
            ? new Query<KeyedStateRow>(ListRange, Read).Text(from).Text(not).Text(before).Limit(range.Limit)
            : new Query<KeyedStateRow>(ListAll, Read).Text(from).Text(not).Limit(range.Limit);
    }

    public static Query<ExpiredState> Expired(TimeSpan since, int limit) =>
        new Query<ExpiredState>(ListExpired, static row => new ExpiredState(row.GetString(0), row.GetInt64(1)))
            .Long(since.Ticks / TimeSpan.TicksPerMicrosecond).Limit(limit);

    private static long? Microseconds(StateExpiry expiry) =>
        expiry.TimeToLive is { } time ? time.Ticks / TimeSpan.TicksPerMicrosecond : null;

    private static KeyedStateRow Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetFieldValue<byte[]>(1),
        row.GetInstantOrNull(2),
        row.GetInt64(3),
        row.GetInstant(4));
}
