namespace Nexus.Operations.Monitoring;

/// <summary>One figure of a table; partitions count for their partitioned table.</summary>
/// <param name="Name">The instrument, with postgres_exporter's name.</param>
/// <param name="Description">What it is.</param>
/// <param name="Column">The expression over <c>s</c> (pg_stat_all_tables), <c>c</c> (pg_class) and <c>l</c> (its exclusive lock, if any).</param>
internal sealed record TableFigure(string Name, string Description, string Column)
{
    /// <summary>More tables than Nexus has; the largest are reported.</summary>
    public const int MostTables = 40;

    /// <summary>
    /// A size function waits for a table that is locked exclusively, and one such table would hide the figures of all others. The size at the last
    /// vacuum or analyze stands in for it. https://www.postgresql.org/docs/current/catalog-pg-class.html
    /// </summary>
    private static string Size(string function, string relations) => $"""
        CASE WHEN l.relation IS NULL THEN pg_catalog.{function}(c.oid)
            ELSE (SELECT pg_catalog.sum(greatest(p.relpages, 0))::bigint * pg_catalog.current_setting('block_size')::bigint
                FROM pg_catalog.pg_class p WHERE {relations}) END
        """;

    /// <summary>In the order of the columns.</summary>
    public static IReadOnlyList<TableFigure> All { get; } =
    [
        new("pg_stat_user_tables_n_live_tup", "Rows, estimated.", "s.n_live_tup"),
        new("pg_stat_user_tables_n_dead_tup", "Dead rows, estimated.", "s.n_dead_tup"),
        new("pg_stat_user_tables_n_tup_ins", "Rows inserted.", "s.n_tup_ins"),
        new("pg_stat_user_tables_n_tup_upd", "Rows updated.", "s.n_tup_upd"),
        new("pg_stat_user_tables_n_tup_hot_upd", "Rows updated without a change of an index (HOT).", "s.n_tup_hot_upd"),
        new("pg_stat_user_tables_n_tup_del", "Rows deleted.", "s.n_tup_del"),
        new("pg_stat_user_tables_seq_scan", "Sequential scans.", "s.seq_scan"),
        new("pg_stat_user_tables_idx_scan", "Index scans.", "coalesce(s.idx_scan, 0)"),
        new("pg_stat_user_tables_table_size_bytes", "Size without indexes.", Size("pg_table_size", "p.oid IN (c.oid, c.reltoastrelid)")),
        new("pg_stat_user_tables_index_size_bytes", "Size of the indexes.", Size(
            "pg_indexes_size", "p.oid IN (SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid)")),
    ];

    /// <summary>The largest tables of the schema $1.</summary>
    public static string Sql { get; } = $"""
        SELECT {MonitorConnection.Mark} r.relname::text, {string.Join(", ", All.Select((figure, i) => $"pg_catalog.sum(f.f{i})"))}
        FROM (SELECT coalesce(pg_catalog.pg_partition_root(c.oid), c.oid) AS root,
            {string.Join(",\n", All.Select((figure, i) => $"({figure.Column})::float8 AS f{i}"))}
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid
            LEFT JOIN (SELECT DISTINCT k.relation FROM pg_catalog.pg_locks k WHERE k.mode = 'AccessExclusiveLock' AND k.relation IS NOT NULL
                AND k.database = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())) l
                ON l.relation = c.oid
            WHERE n.nspname = $1 AND c.relkind IN ('r', 'm')) f
        JOIN pg_catalog.pg_class r ON r.oid = f.root
        GROUP BY r.oid, r.relname ORDER BY pg_catalog.sum(f.f8) DESC, r.relname LIMIT {MostTables}
        """;
}
