using Nexus.Operations.Audit.Measuring;

namespace Nexus.Operations.Audit.Checks;

/// <summary>A foreign key without an index on its own side: each delete of a parent row reads the whole child table, with the parent row locked.</summary>
internal sealed class I1UnindexedForeignKey : AuditCheck
{
    /// <summary>By size, which is known at once; the number of rows may not be until the table is analysed.</summary>
    private const long SmallTable = 64 * 1024;

    // An index serves when its first columns are those of the key, in any order. Of a partitioned table's constraint only the parent's is judged.
    private const string Sql = """
        SELECT k.conname::text, k.conrelid, k.confrelid, n.nspname::text, c.relname::text, c.relkind = 'p', p.relname::text,
            array(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u(number, place) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place),
            CASE WHEN c.relpages > 0 THEN c.relpages::bigint * 8192 ELSE pg_catalog.pg_relation_size(c.oid) END
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
        WHERE k.contype = 'f' AND k.conparentid = 0 AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = x.relam
            WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL AND m.amname IN ('btree', 'hash')
                AND (i.indkey::int2[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey)
        ORDER BY 4, 5, 1
        """;

    private sealed record ForeignKey(string Constraint, uint Child, uint Parent, string Schema, string Table, bool IsPartitioned, string ParentTable, string[] Columns, long Bytes);

    public override string Id => "I1";

    public override Bilingual Title { get; } = new("Foreign key without an index", "Clave foránea sin índice");

    public override Bilingual SeverityRule { get; } = new(
        "high where rows of the parent were deleted, otherwise medium; one step lower while the child is smaller than 64 kB",
        "alta si se han borrado filas de la tabla padre, si no media; un grado menos mientras la hija ocupe menos de 64 kB");

    public override Bilingual FalsePositives { get; } = new(
        "a child table that stays small, or a parent whose rows are never deleted and whose key never changes",
        "una tabla hija que siempre será pequeña, o un padre cuyas filas nunca se borran y cuya clave nunca cambia");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var keys = await context.QueryAsync(
            Sql,
            row => new ForeignKey(row.GetString(0), row.Oid(1), row.Oid(2), row.GetString(3), row.GetString(4), row.GetBoolean(5), row.GetString(6), row.GetFieldValue<string[]>(7), row.GetInt64(8))).ConfigureAwait(false);
        return [.. keys.Select(key => MakeFinding(key, context.Window))];
    }

    private static Finding MakeFinding(ForeignKey key, WindowData window)
    {
        var rows = window.Tables.GetValueOrDefault(key.Child)?.Rows ?? 0;
        var deleted = window.Tables.GetValueOrDefault(key.Parent)?.After.Deleted ?? 0;
        var severity = deleted > 0 ? AuditSeverity.High : AuditSeverity.Medium;
        var name = SafeSql.IndexName(key.Table, key.Columns);
        var columns = string.Join(", ", key.Columns.Select(SafeSql.Name));
        return new Finding
        {
            Severity = !key.IsPartitioned && key.Bytes < SmallTable ? severity - 1 : severity,
            Confidence = AuditConfidence.Measured,
            Object = $"{key.Schema}.{key.Table}.{key.Constraint}",
            Found = new(
                $"no index of {key.Schema}.{key.Table} begins with ({columns}), which refers to {key.ParentTable}",
                $"ningún índice de {key.Schema}.{key.Table} empieza por ({columns}), que apunta a {key.ParentTable}"),
            Evidence =
            [
                Evidence.Of("childRows", rows, "rows of the child", "filas de la tabla hija"),
                Evidence.Of("parentDeletes", deleted, "rows deleted from the parent since the statistics began", "filas borradas del padre desde que hay estadísticas"),
                Evidence.Of("columns", string.Join(", ", key.Columns), "columns of the key", "columnas de la clave"),
            ],
            Fix = new Fix
            {
                Advice = new(
                    key.IsPartitioned ? "Build the index on each partition concurrently, then create it on the parent." : "Build the index beside the traffic; deletes of the parent and joins then find their rows.",
                    key.IsPartitioned ? "Cree el índice en cada partición de forma concurrente y después en la tabla padre." : "Cree el índice sin parar el tráfico; los borrados del padre y las uniones encontrarán sus filas."),
                Sql = key.IsPartitioned
                    ? [SafeSql.LockTimeout, $"CREATE INDEX IF NOT EXISTS {SafeSql.Name(name)} ON {SafeSql.Name(key.Schema, key.Table)} ({columns})"]
                    : SafeSql.CreateIndex(key.Schema, key.Table, name, $"({columns})"),
                Rollback = key.IsPartitioned ? [SafeSql.LockTimeout, $"DROP INDEX IF EXISTS {SafeSql.Name(key.Schema, name)}"] : SafeSql.DropIndex(key.Schema, name),
                CanApply = !key.IsPartitioned,
                Evaluates = [key.Child],
            },
        };
    }
}
