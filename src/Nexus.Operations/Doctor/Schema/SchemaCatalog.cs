using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Doctor.Schema;

/// <summary>The objects of a schema, as the catalog has them.</summary>
internal static class SchemaCatalog
{
    /// <summary>The tables of a schema. A partition has its own indexes and triggers; what the parent has of it is compared at the parent.</summary>
    private const string Tables = """
        WITH t AS (
            SELECT c.* FROM pg_catalog.pg_class c
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1))
        """;

    /// <summary>With pg_catalog alone on the search path every other name is printed with its schema.</summary>
    private const string Objects = Tables + """
        SELECT 'table', t.relname::text, '', CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p
                ON p.oid = h.inhparent AND p.relname = 'trades' AND p.relnamespace = t.relnamespace WHERE h.inhrelid = t.oid) THEN 'partition'
                WHEN t.relkind = 'p' THEN 'partitioned' ELSE 'table' END,
            CASE WHEN t.relpersistence = 'u' THEN 'unlogged' WHEN t.relrowsecurity THEN 'row security' END
        FROM t WHERE NOT t.relispartition OR t.relpersistence = 'u'
        UNION ALL
        SELECT 'column', t.relname::text, a.attname::text,
            pg_catalog.concat_ws(' ', pg_catalog.format_type(a.atttypid, a.atttypmod), CASE WHEN a.attcollation <> y.typcollation THEN
                pg_catalog.concat('COLLATE ', pg_catalog.quote_ident(o.collname)) END), NULL
        FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_catalog.pg_type y ON y.oid = a.atttypid LEFT JOIN pg_catalog.pg_collation o ON o.oid = a.attcollation
        WHERE NOT t.relispartition
        UNION ALL
        SELECT 'not null', t.relname::text, a.attname::text, '', CASE WHEN NOT a.atthasdef AND a.attidentity = '' THEN 'no value' END
        FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
        WHERE NOT t.relispartition
        UNION ALL
        SELECT CASE WHEN a.attgenerated = '' THEN 'default' ELSE 'generated' END, t.relname::text, a.attname::text,
            pg_catalog.pg_get_expr(d.adbin, d.adrelid), NULL
        FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND NOT a.attisdropped
            JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE NOT t.relispartition
        UNION ALL
        SELECT 'identity', t.relname::text, a.attname::text, CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, NULL
        FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND NOT a.attisdropped AND a.attidentity <> ''
        WHERE NOT t.relispartition
        UNION ALL
        SELECT 'constraint', t.relname::text, k.conname::text, pg_catalog.pg_get_constraintdef(k.oid),
            CASE WHEN NOT k.convalidated THEN 'not valid' WHEN NOT coalesce(i.indisvalid AND i.indisready, true) THEN 'invalid' END
        FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.contype IN ('p', 'u', 'c', 'f', 'x')
            LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND i.indrelid = t.oid
        WHERE NOT t.relispartition
        UNION ALL
        SELECT 'index', t.relname::text, c.relname::text, pg_catalog.pg_get_indexdef(i.indexrelid),
            CASE WHEN NOT (i.indisvalid AND i.indisready) THEN 'invalid' END
        FROM t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        WHERE NOT t.relispartition AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = t.oid)
        UNION ALL
        SELECT 'trigger', t.relname::text, g.tgname::text, pg_catalog.pg_get_triggerdef(g.oid),
            CASE WHEN g.tgenabled IN ('D', 'R') THEN 'disabled' END
        FROM t JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
        WHERE NOT t.relispartition OR g.tgenabled IN ('D', 'R')
        UNION ALL
        SELECT 'setting', t.relname::text, s.option_name, s.option_value, NULL
        FROM t CROSS JOIN LATERAL pg_catalog.pg_options_to_table(t.reloptions) s
        WHERE NOT t.relispartition
        UNION ALL
        SELECT 'function', '', pg_catalog.format('%s(%s)', p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)),
            pg_catalog.pg_get_functiondef(p.oid), NULL
        FROM pg_catalog.pg_proc p
        WHERE p.prokind = 'f' AND p.pronamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
        UNION ALL
        SELECT 'sequence', '', c.relname::text, pg_catalog.format_type(s.seqtypid, NULL), NULL
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
        WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i'
                AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
        UNION ALL
        SELECT 'owner', t.relname::text, c.relname::text, a.attname::text, NULL
        FROM t JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.deptype = 'a' AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
            JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
            JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
        ORDER BY 1, 2, 3
        """;

    /// <param name="connection">The connection.</param>
    /// <param name="schema">The name of the schema.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<IReadOnlyList<SchemaObject>> ReadAsync(
        NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        await connection.ExecuteAsync("SET LOCAL search_path = pg_catalog", cancellationToken).ConfigureAwait(false);
        return await connection.RowsAsync(
            Objects, [schema],
            row => new SchemaObject(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3))
            {
                State = row.IsDBNull(4) ? null : row.GetString(4),
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a product distributes the tables, which gives them other indexes, constraints and triggers.</summary>
    public static Task<bool> IsDistributedAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => connection.ScalarAsync<bool>(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus')", [], cancellationToken);
}
