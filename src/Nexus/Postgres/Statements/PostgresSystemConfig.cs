using Nexus.Engine;
using Nexus.SystemConfig;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The system configuration's SQL.</summary>
internal static class PostgresSystemConfig
{
    /// <summary>As the conditional save of a session.</summary>
    public static readonly Statement Set = new Statement<SetSystemConfig>(SystemConfigRow.Table, rank: 0, StatementKind.Creates, """
        WITH held AS (SELECT c.key, c.version, c.write_id FROM system_config c WHERE c.key {keys} ORDER BY c.key FOR UPDATE)
        INSERT INTO system_config AS c (key, value, updated_by, write_id, version)
        SELECT i.key, i.value, i.updated_by, i.write_id, coalesce(h.version, 0) + 1
        FROM {input} LEFT JOIN held h ON h.key = i.key
        WHERE (i.expected IS NULL OR i.expected = coalesce(h.version, 0)) AND h.write_id IS DISTINCT FROM i.write_id
        ORDER BY i.key COLLATE "C"
        ON CONFLICT (key) DO UPDATE SET
            value = excluded.value, updated_by = excluded.updated_by, updated_at = excluded.updated_at, version = excluded.version,
            write_id = excluded.write_id
        WHERE c.version = excluded.version - 1
        RETURNING c.key, c.version, c.updated_at
        """, write => write.ExpectedVersion)
        .Text("key", write => write.ConfigKey)
        .Json("value", write => write.Value)
        .Text("updated_by", write => write.UpdatedBy)
        .LongOrNull("expected", write => write.ExpectedVersion)
        .Uuid("write_id", write => write.WriteId);

    public static readonly Statement Reseal = new Statement<ResealSystemConfig>(SystemConfigRow.Table, rank: 1, StatementKind.Reseals, """
        WITH held AS (SELECT c.key, i.value, i.expected FROM {input} JOIN system_config c ON c.key = i.key ORDER BY c.key FOR UPDATE OF c)
        UPDATE system_config c SET value = i.value
        FROM held i
        WHERE c.key = i.key AND c.version = i.expected
        RETURNING c.key, c.version, c.updated_at
        """, write => write.SeenVersion)
        .Text("key", write => write.ConfigKey)
        .Json("value", write => write.Value)
        .LongOrNull("expected", write => write.SeenVersion);

    public static readonly Statement Remove = new Statement<RemoveSystemConfig>(SystemConfigRow.Table, rank: 2, StatementKind.Removes, """
        WITH held AS (SELECT c.key, i.expected FROM {input} JOIN system_config c ON c.key = i.key ORDER BY c.key FOR UPDATE OF c),
        gone AS (
            DELETE FROM system_config c USING held i
            WHERE c.key = i.key AND (i.expected IS NULL OR i.expected = c.version)
            RETURNING c.key, c.version)
        SELECT g.key, g.version, now() FROM gone g
        """, write => write.ExpectedVersion)
        .Text("key", write => write.ConfigKey)
        .LongOrNull("expected", write => write.ExpectedVersion);

    private const string LockRows = "SELECT count(*) FROM (SELECT 1 FROM system_config WHERE key = ANY ($1) ORDER BY key FOR UPDATE) AS held";

    private const string LookUp = "SELECT key, version, updated_at, write_id FROM system_config WHERE key = ANY ($1)";

    private const string RaiseVersion =
        "UPDATE system_config t SET version = i.version FROM unnest($1::text[], $2::bigint[]) AS i (id, version) WHERE t.key = i.id AND t.version < "
            + "i.version";

    public static readonly PostgresTable Table = new PostgresTable<SystemConfigRow>(SystemConfigRow.Table, LookUp, LockRows, RaiseVersion)
    {
        Placement = TablePlacement.Home,
        Ranges = new PostgresKeyRanges(SystemConfigRow.Table),
        Get = GetSome,
        Page = static (after, limit) => List(after, limit),
    };

    private const string Columns = "SELECT key, value, updated_by, version, updated_at FROM system_config";

    private const string GetOne = $"{Columns} WHERE key = $1";
    private const string GetMany = $"{Columns} WHERE key = ANY ($1)";
    private const string ListAll = $"{Columns} WHERE key >= $1 AND key IS DISTINCT FROM $2 ORDER BY key LIMIT $3";

    public static Query<SystemConfigRow> Get(string key) => new Query<SystemConfigRow>(GetOne, Read).Text(key);

    public static Query<SystemConfigRow> GetSome(string[] keys) => new Query<SystemConfigRow>(GetMany, Read).Texts(keys);

    public static Query<SystemConfigRow> List(string? after = null, int? limit = null) =>
        new Query<SystemConfigRow>(ListAll, Read).Text(after ?? "").Text(after).Limit(limit);

    private static SystemConfigRow Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetFieldValue<byte[]>(1),
        row.GetStringOrNull(2),
        row.GetInt64(3),
        row.GetInstant(4));
}
