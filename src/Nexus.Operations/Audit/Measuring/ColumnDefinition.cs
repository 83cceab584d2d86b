namespace Nexus.Operations.Audit.Measuring;

/// <summary>A column of a table of the audited application, as <see cref="AuditedRelations.IsDeclared"/> has it.</summary>
/// <param name="TableOid">Its table.</param>
/// <param name="Schema">The table's.</param>
/// <param name="Table">The table's name.</param>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type's name in pg_type, of a domain that of what it is made of.</param>
/// <param name="Rows">Of the table with its partitions: by the counters or the planner's estimate, whichever knows of more.</param>
/// <param name="IsReadable">Whether the audit's role may read it.</param>
/// <param name="IsFiltered">Whether row level security hides rows from the audit's role.</param>
/// <param name="IsGenerated">Made of other columns.</param>
internal sealed record ColumnDefinition(uint TableOid, string Schema, string Table, short Number, string Name, string Type, long Rows, bool IsReadable, bool IsFiltered, bool IsGenerated)
{
    // A table just filled, which neither ANALYZE nor the counters know of yet, is judged by its size.
    private const string Sql = """
        SELECT c.oid, n.nspname::text, c.relname::text, a.attnum, a.attname::text, coalesce(b.typname, t.typname)::text,
            CASE WHEN c.relkind = 'p'
                THEN (SELECT coalesce(sum(greatest(l.reltuples, pg_catalog.pg_stat_get_live_tuples(l.oid))), 0)::bigint FROM pg_catalog.pg_partition_tree(c.oid) p JOIN pg_catalog.pg_class l ON l.oid = p.relid WHERE p.isleaf)
                WHEN c.reltuples < 0 AND pg_catalog.pg_stat_get_live_tuples(c.oid) = 0 THEN pg_catalog.pg_relation_size(c.oid) / 150
                ELSE greatest(c.reltuples::bigint, pg_catalog.pg_stat_get_live_tuples(c.oid)) END,
            pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'), pg_catalog.row_security_active(c.oid), a.attgenerated <> ''
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND c.oid = ANY ($2::bigint[]::oid[]) AND coalesce(b.typname, t.typname) = ANY ($1)
        ORDER BY n.nspname, c.relname, a.attnum
        """;

    /// <summary>As a finding names it.</summary>
    public string FullName => $"{Schema}.{Table}.{Name}";

    public string FullTable => $"{Schema}.{Table}";

    /// <summary>Every column of these types, such as <c>jsonb</c>, <c>float8</c>, <c>timestamp</c>.</summary>
    public static Task<List<ColumnDefinition>> ReadAsync(CheckContext context, params string[] types) => context.QueryAsync(
        Sql,
        row => new ColumnDefinition(
            row.Oid(0), row.GetString(1), row.GetString(2), row.GetInt16(3), row.GetString(4), row.GetString(5), row.GetInt64(6), row.GetBoolean(7), row.GetBoolean(8), row.GetBoolean(9)),
        types, context.Relations.Declared);

    /// <summary>What follows the table's name to read about so many of its rows without reading all of it.</summary>
    public string Sample(int rows)
    {
        const long small = 100_000;
        if (Rows <= 5L * rows) return "";
        // Blocks are cheaper and less random than rows; a little more than needed, since LIMIT ends it.
        var percent = Math.Clamp(150.0 * rows / Rows, 0.0001, 100);
        return $"TABLESAMPLE {(Rows <= small ? "BERNOULLI" : "SYSTEM")} ({percent.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture)})";
    }
}
