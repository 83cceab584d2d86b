using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>The SQL for what the local replica asks about the server and its tables.</summary>
internal static class PostgresMarks
{
    // With Citus a row has the transaction of its node, which says nothing to another node. The schema counts because a new column changes rows
    // without writing them. The timeline is that of the WAL which is written: true as soon as a standby is promoted.
    private const string Mark = $"""
        SELECT (SELECT system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system())
                || '/' || pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 1, 8)
                || '/' || 'sessions'::pg_catalog.regclass::pg_catalog.oid || '/' || ({SchemaState.NewestAppliedSql}),
            (pg_catalog.pg_current_wal_insert_lsn() OPERATOR(pg_catalog.-) '0/0'::pg_catalog.pg_lsn)::pg_catalog.int8,
            pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::pg_catalog.text::pg_catalog.int8
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus')
        """;

    private const string Estimate = """
        SELECT coalesce(pg_catalog.sum(greatest(c.reltuples, 0)), 0)::pg_catalog.int8 FROM pg_catalog.pg_class c
        WHERE c.relkind = 'r' AND (c.oid = {table}::pg_catalog.regclass
            OR c.oid IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = {table}::pg_catalog.regclass))
        """;

    /// <summary>No row where the server cannot tell.</summary>
    public static Query<PrimaryMark> Read() => new(Mark, static row => new PrimaryMark(row.GetString(0), row.GetInt64(1), row.GetInt64(2)));

    /// <summary>How many records a table has, by its statistics.</summary>
    public static Query<long> CountRoughly(RecordTable table) =>
        new(Estimate.Replace("{table}", $"'{table.Name}'", StringComparison.Ordinal), static row => row.GetInt64(0));
}
