namespace Nexus.Audit;

/// <summary>
/// A table whose rows cannot be identified: duplicates are possible, a single row cannot be named, and logical replication refuses updates.
/// </summary>
internal sealed class I8NoPrimaryKey : AuditCheck
{
    private const string Sql = """
        SELECT c.oid, n.nspname::text, c.relname::text, c.relkind = 'p',
            (SELECT x.relname::text FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
                WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey::int2[])
                        AND NOT a.attnotnull)
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid)
                ORDER BY i.indnatts, x.relname LIMIT 1),
            EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'u'),
            EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped),
            s.inserted::bigint, s.changed::bigint
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (
            -- The rows of partitions and inheriting tables are counted there, also in chunks that belong to an extension.
            SELECT coalesce(pg_catalog.sum(pg_catalog.pg_stat_get_tuples_inserted(t.oid)), 0) AS inserted,
                coalesce(pg_catalog.sum(pg_catalog.pg_stat_get_tuples_updated(t.oid) + pg_catalog.pg_stat_get_tuples_deleted(t.oid)), 0) AS changed
            FROM (SELECT c.oid UNION SELECT p.relid::oid FROM pg_catalog.pg_partition_tree(c.oid) p
                UNION SELECT h.inhrelid FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid) AS t (oid)) s
        WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND c.oid = ANY ($1::bigint[]::oid[])
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')
        ORDER BY 2, 3
        """;

    private static readonly HashSet<string> Staging =
        ["staging", "stage", "stg", "tmp", "temp", "temporary", "import", "imports", "load", "scratch", "backup", "bak", "copia", "temporal"];

    private const long FewestInLog = 100;

    private sealed record Table(uint Oid, string Schema, string Name, bool IsPartitioned, string? UniqueIndex, bool HasUnique, bool HasId,
        long Inserted, long Changed)
    {
        public string FullName => $"{Schema}.{Name}";
    }

    public override string Id => "I8";

    public override Bilingual Title { get; } = new("Table without a primary key", "Tabla sin clave primaria");

    public override Bilingual Positive { get; } = new("Every table has a primary key", "Todas las tablas tienen clave primaria");

    public override Bilingual SeverityRule { get; } = new(
        "medium; low if a unique constraint or index on NOT NULL columns takes its place, and for a log (100 rows or more inserted, none updated "
        + "or deleted)",
        "media; baja si una restricción o un índice único sobre columnas NOT NULL hace su función, y para un registro (100 filas o más "
        + "insertadas, ninguna modificada ni borrada)");

    public override Bilingual FalsePositives { get; } = new(
        "unlogged and temporary tables, and those named as staging (stg_, tmp_, _import, _backup), are not reported",
        "no se señalan tablas sin registro (unlogged) ni temporales, ni las de nombre provisional (stg_, tmp_, _import, _backup)");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var tables = await context.QueryAsync(Sql,
            row => new Table(row.Oid(0), row.GetText(1), row.GetText(2), row.GetBoolean(3), row.Text(4), row.GetBoolean(5), row.GetBoolean(6),
                row.GetInt64(7), row.GetInt64(8)),
                context.Relations.Declared).ConfigureAwait(false);
        return [.. tables.Where(table => !Words.Split(table.Name).Exists(Staging.Contains) && !Words.Split(table.Schema).Exists(Staging.Contains))
            .Select(table => MakeFinding(table, context.Window))];
    }

    private static Finding MakeFinding(Table table, WindowData window)
    {
        var activity = window.Tables.GetValueOrDefault(table.Oid);
        return new Finding
        {
            Severity = table.HasUnique || table.UniqueIndex is not null || table is { Inserted: >= FewestInLog, Changed: 0 }
                ? AuditSeverity.Low : AuditSeverity.Medium,
            Confidence = AuditConfidence.Measured,
            Object = table.FullName,
            Relation = table.Oid,
            Found = table.UniqueIndex is { } unique
                ? new(
                    $"{table.FullName} has no primary key, although {unique} identifies each row: logical replication cannot transfer its updates",
                    $"{table.FullName} no tiene clave primaria, aunque {unique} identifica cada fila: la replicación lógica no puede transmitir sus "
                    + "cambios")
                : new(
                    $"{table.FullName} has no primary key: the same row can exist twice, and logical replication cannot transfer its updates",
                    $"{table.FullName} no tiene clave primaria: la misma fila puede existir dos veces y la replicación lógica no puede transmitir "
                    + "sus cambios"),
            Evidence =
            [
                Evidence.Of("rows", activity?.Rows ?? 0, "rows of the table", "filas de la tabla"),
                Evidence.Of("writes", table.Inserted + table.Changed,
                    "rows written since the statistics were reset", "filas escritas desde que hay estadísticas"),
                Evidence.Of("uniqueIndex", table.UniqueIndex ?? "-", "unique index that could become it", "índice único que podría serlo"),
            ],
            Fix = MakeFix(table),
        };
    }

    private static Fix MakeFix(Table table)
    {
        var name = SafeSql.Name(table.Schema, table.Name);
        // PostgreSQL gives the index the constraint's name.
        var key = SafeSql.Name($"{(table.Name.Length > 58 ? table.Name[..58] : table.Name)}_pkey");
        if (table.UniqueIndex is { } index && !table.IsPartitioned)
        {
            return new Fix
            {
                Advice = new("Make the unique index the primary key; this only changes the catalogue.",
                    "Convierta el índice único en clave primaria; solo cambia el catálogo."),
                Sql = [SafeSql.LockTimeout, $"ALTER TABLE {name} ADD CONSTRAINT {key} PRIMARY KEY USING INDEX {SafeSql.Name(index)}"],
            };
        }
        if (table.HasId && !table.IsPartitioned)
        {
            return new Fix
            {
                Advice = new(
                    "Resolve duplicates and NULLs of id first. The unique index is built without blocking traffic; SET NOT NULL then reads the "
                    + "table once under an exclusive lock.",
                    "Resuelva antes los duplicados y nulos de id. El índice único se crea sin parar el tráfico; SET NOT NULL lee después la tabla "
                    + "una vez con bloqueo exclusivo."),
                Sql =
                [
                    SafeSql.LockTimeout, $"CREATE UNIQUE INDEX CONCURRENTLY {key} ON {name} (id)", $"ALTER TABLE {name} ALTER COLUMN id SET NOT NULL",
                    $"ALTER TABLE {name} ADD CONSTRAINT {key} PRIMARY KEY USING INDEX {key}",
                ],
                Rollback = [SafeSql.LockTimeout, $"ALTER TABLE {name} DROP CONSTRAINT {key}"],
            };
        }
        return new Fix
        {
            Advice = new(
                "Choose the columns that identify a row, build a unique index on them concurrently and make it the primary key. If there are none, "
                + "add an identity column; this rewrites the table under an exclusive lock.",
                "Elija las columnas que identifican una fila, cree un índice único concurrente sobre ellas y conviértalo en clave primaria. Si no "
                + "las hay, añada una columna identidad; eso reescribe la tabla con bloqueo exclusivo."),
        };
    }
}
