namespace Nexus.Audit;

/// <summary>A column of a table of the audited application, as <see cref="AuditedRelations.Declared"/> has it.</summary>
/// <param name="TableOid">Its table.</param>
/// <param name="Schema">The table's.</param>
/// <param name="Table">The table's name.</param>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">The name of a type that came with the server, or citext; of a domain that of what it is made of. A type of a user is never
/// among them, whatever its name.</param>
/// <param name="Rows">Of the table with its partitions: by the counters or the planner's estimate, whichever knows of more.</param>
/// <param name="IsReadable">Whether the audit's role may read it.</param>
/// <param name="IsFiltered">Whether row level security hides rows from the audit's role.</param>
/// <param name="IsGenerated">Made of other columns.</param>
/// <param name="Declared">The type as a statement names it, domain and precision included.</param>
internal sealed record ColumnDefinition(uint TableOid, string Schema, string Table, short Number, string Name, string Type, long Rows,
    bool IsReadable, bool IsFiltered, bool IsGenerated, string Declared)
{
    // A table just filled, which neither ANALYZE nor the counters know of yet, is judged by its size.
    private const string Sql = """
        SELECT c.oid, n.nspname::text, c.relname::text, a.attnum, a.attname::text, b.typname::text,
            CASE WHEN c.relkind = 'p'
                THEN (SELECT coalesce(sum(greatest(l.reltuples, pg_catalog.pg_stat_get_live_tuples(l.oid))), 0)::bigint
                    FROM pg_catalog.pg_partition_tree(c.oid) p JOIN pg_catalog.pg_class l ON l.oid = p.relid WHERE p.isleaf)
                WHEN c.reltuples < 0 AND pg_catalog.pg_stat_get_live_tuples(c.oid) = 0 THEN pg_catalog.pg_relation_size(c.oid) / 150
                ELSE greatest(c.reltuples::bigint, pg_catalog.pg_stat_get_live_tuples(c.oid)) END,
            pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'), pg_catalog.row_security_active(c.oid), a.attgenerated <> '',
            pg_catalog.format_type(a.atttypid, a.atttypmod)
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        JOIN pg_catalog.pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND c.oid = ANY ($2::bigint[]::oid[]) AND b.typname = ANY ($1)
            AND (b.typnamespace = 'pg_catalog'::regnamespace
                -- citext: its output is the server's own. Only superusers can say that of a type.
                OR EXISTS (SELECT FROM pg_catalog.pg_proc o, pg_catalog.pg_proc s WHERE o.oid = b.typoutput AND s.oid = b.typsend AND o.prolang = 12
                    AND o.prosrc = 'textout' AND s.prolang = 12 AND s.prosrc = 'textsend'))
        ORDER BY n.nspname, c.relname, a.attnum
        """;

    /// <summary>As a finding names it.</summary>
    public string FullName => $"{Schema}.{Table}.{Name}";

    public string FullTable => $"{Schema}.{Table}";

    /// <summary>Every column of these types, such as <c>jsonb</c>, <c>float8</c>, <c>timestamp</c>.</summary>
    public static Task<List<ColumnDefinition>> ReadAsync(CheckContext context, params string[] types) => context.QueryAsync(
        Sql,
        row => new ColumnDefinition(
            row.Oid(0), row.GetText(1), row.GetText(2), row.GetInt16(3), row.GetText(4), row.GetText(5), row.GetInt64(6), row.GetBoolean(7),
                row.GetBoolean(8), row.GetBoolean(9), row.GetText(10)),
        types, context.Relations.Declared);
}
