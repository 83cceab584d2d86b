using Nexus.Stores;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The SQL of the store's own book-keeping.</summary>
internal static class PostgresMeta
{
    private const string GetOne = "SELECT value FROM nexus_meta WHERE name = $1";

    private const string SetOne = """
        INSERT INTO nexus_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
            RETURNING value
        """;

    // The update changes nothing but makes the row that is there come back: a plain DO NOTHING returns none, and a second statement might see
    // another one.
    private const string GetOrAddOne = """
        INSERT INTO nexus_meta AS m (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = m.value RETURNING value
        """;

    private const string Clock = "SELECT clock_timestamp()";

    /// <summary>Tables are counted to a limit that costs little; above it the statistics' estimate will do.</summary>
    private const string Status = $"""
        SELECT current_setting('server_version'), ({SchemaState.NewestAppliedSql}), pg_database_size(current_database()),
            (SELECT CASE WHEN n < 50000 THEN n ELSE greatest(n, (SELECT reltuples FROM pg_class WHERE oid = 'sessions'::regclass))::bigint END
                FROM (SELECT count(*) AS n FROM (SELECT 1 FROM sessions LIMIT 50000) AS few) AS counted),
            (SELECT CASE WHEN n < 50000 THEN n ELSE greatest(n, (SELECT reltuples FROM pg_class WHERE oid = 'users'::regclass))::bigint END
                FROM (SELECT count(*) AS n FROM (SELECT 1 FROM users LIMIT 50000) AS few) AS counted),
            (SELECT CASE WHEN n < 50000 THEN n ELSE greatest(n, (SELECT sum(greatest(c.reltuples, 0)) FROM pg_inherits i
                JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'trades'::regclass))::bigint END
                FROM (SELECT count(*) AS n FROM (SELECT 1 FROM trades LIMIT 50000) AS few) AS counted)
        """;

    public static Query<string> Get(string name) => new Query<string>(GetOne, ReadText).Text(name);

    public static Query<string> Set(string name, string value) => new Query<string>(SetOne, ReadText).Text(name).Text(value);

    public static Query<string> GetOrAdd(string name, string value) => new Query<string>(GetOrAddOne, ReadText).Text(name).Text(value);

    public static Query<DateTimeOffset> GetTime() => new(Clock, row => row.GetInstant(0));

    public static Query<StoreStatus> GetStatus(string kind, string location, int beside, int poolMax) => new(Status, row => new StoreStatus(
        kind, location, row.GetString(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5),
        Math.Min(PoolGauge.Read() + beside, poolMax), poolMax));

    private static string ReadText(NpgsqlDataReader row) => row.GetString(0);
}
