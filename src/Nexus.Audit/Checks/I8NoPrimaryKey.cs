using System.Globalization;

namespace Nexus.Audit;

/// <summary>
/// A table whose rows cannot be identified: duplicates are possible, a single row cannot be named, and logical replication refuses updates.
/// </summary>
internal sealed class I8NoPrimaryKey : AuditCheck
{
    // id: 0 without such a column of a plain type, 1 nullable, 2 NOT NULL.
    private const string Sql = """
        SELECT c.oid, n.nspname::text, c.relname::text, c.relkind = 'p', c.relreplident IN ('f', 'i'),
            array(SELECT a.attnum FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attnotnull),
            array(SELECT a.attnum::text || ' ' || a.attcollation::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0),
            coalesce((SELECT 1 + a.attnotnull::int FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                WHERE a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped
                    AND t.typname IN ('int2', 'int4', 'int8', 'numeric', 'uuid', 'text', 'varchar', 'bpchar', 'citext')), 0),
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

    private const string DefaultClassesSql = "SELECT o.oid FROM pg_catalog.pg_opclass o WHERE o.opcdefault";

    private static readonly HashSet<string> Staging =
        ["staging", "stage", "stg", "tmp", "temp", "temporary", "import", "imports", "load", "scratch", "backup", "bak", "copia", "temporal"];

    private const long FewestInLog = 100;

    private sealed record Table(uint Oid, string Schema, string Name, bool IsPartitioned, bool HasReplicaIdentity, short[] NotNull,
        Dictionary<short, uint> Collations, bool HasId, bool IsIdNotNull, long Inserted, long Changed)
    {
        public string FullName => $"{Schema}.{Name}";

        public string Quoted => SafeSql.Name(Schema, Name);

        /// <summary>Whether the index names each row: unique over all rows, and none of them without a key.</summary>
        public bool IsIdentifiedBy(IndexDefinition index) =>
            index is { IsUnique: true, IsValid: true, Predicate: null } && index.Keys.All(key => key.Column != 0)
                && (index.NullsNotDistinct || index.Keys.All(key => NotNull.Contains(key.Column)));
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
            row => new Table(row.Oid(0), row.GetText(1), row.GetText(2), row.GetBoolean(3), row.GetBoolean(4), row.GetFieldValue<short[]>(5),
                row.GetTexts(6).Select(pair => pair.Split(' ')).ToDictionary(
                    pair => short.Parse(pair[0], CultureInfo.InvariantCulture), pair => uint.Parse(pair[1], CultureInfo.InvariantCulture)),
                row.GetInt32(7) > 0, row.GetInt32(7) > 1, row.GetInt64(8), row.GetInt64(9)),
            context.Relations.Declared).ConfigureAwait(false);
        tables.RemoveAll(table => Words.Split(table.Name).Exists(Staging.Contains) || Words.Split(table.Schema).Exists(Staging.Contains));
        if (tables.Count == 0) return [];
        var indexes = (await IndexDefinition.ReadAsync(context).ConfigureAwait(false)).ToLookup(index => index.TableOid);
        var defaults = (await context.QueryAsync(DefaultClassesSql, row => row.Oid(0)).ConfigureAwait(false)).ToHashSet();
        var findings = new List<Finding>();
        foreach (var table in tables)
        {
            // The one that can become the key as it is, then the narrowest.
            var identity = indexes[table.Oid].Where(table.IsIdentifiedBy).OrderByDescending(index => CanBecomeKey(table, index, defaults))
                .ThenBy(index => index.Keys.Count).ThenBy(index => index.Name, StringComparer.Ordinal).FirstOrDefault();
            var fix = identity is null || table.IsPartitioned ? MakeFix(table, identity, context.Relations)
                : CanBecomeKey(table, identity, defaults) ? await PromoteAsync(table, identity, context).ConfigureAwait(false)
                : BuildBeside(table, identity, context.Relations);
            findings.Add(MakeFinding(table, identity, fix, context.Window));
        }
        return findings;
    }

    /// <summary>What PRIMARY KEY USING INDEX takes: https://www.postgresql.org/docs/current/sql-altertable.html.</summary>
    private static bool CanBecomeKey(Table table, IndexDefinition index, HashSet<uint> defaultClasses) =>
        index is { Constraint: null, IsImmediate: true, IsPartitioned: false, NullsNotDistinct: false, Method: "btree" }
            && index.Keys.All(key => key.Option == 0 && defaultClasses.Contains(key.OperatorClass)
                && table.Collations.GetValueOrDefault(key.Column) == key.Collation);

    private static Finding MakeFinding(Table table, IndexDefinition? identity, Fix fix, WindowData window)
    {
        var activity = window.Tables.GetValueOrDefault(table.Oid);
        var (en, es) = identity is { } unique
            ? ($"{table.FullName} has no primary key, although {unique.Name} identifies each row",
                $"{table.FullName} no tiene clave primaria, aunque {unique.Name} identifica cada fila")
            : ($"{table.FullName} has no primary key: the same row can exist twice",
                $"{table.FullName} no tiene clave primaria: la misma fila puede existir dos veces");
        if (!table.HasReplicaIdentity)
        {
            en += identity is null ? ", and logical replication cannot transfer its updates"
                : ": logical replication cannot transfer its updates";
            es += identity is null ? " y la replicación lógica no puede transmitir sus cambios"
                : ": la replicación lógica no puede transmitir sus cambios";
        }
        return new Finding
        {
            Severity = identity is not null || table is { Inserted: >= FewestInLog, Changed: 0 } ? AuditSeverity.Low : AuditSeverity.Medium,
            Confidence = AuditConfidence.Measured,
            Object = table.FullName,
            Relation = table.Oid,
            Found = new(en, es),
            Evidence =
            [
                Evidence.Of("rows", activity?.Rows ?? 0, "rows of the table", "filas de la tabla"),
                Evidence.Of("writes", table.Inserted + table.Changed,
                    "rows written since the statistics were reset", "filas escritas desde que hay estadísticas"),
                Evidence.Of("uniqueIndex", identity?.Name ?? "-", "unique index that identifies each row", "índice único que identifica cada fila"),
            ],
            Fix = fix,
        };
    }

    private static async Task<Fix> PromoteAsync(Table table, IndexDefinition index, CheckContext context)
    {
        // PostgreSQL gives the index the constraint's name; its own is free again.
        var key = SafeSql.Name(context.Relations.FreeKeyName(table.Schema, table.Name));
        var name = SafeSql.Name(index.Name);
        return new Fix
        {
            Advice = index.IsReferenced
                ? new("Make the unique index the primary key; this only changes the catalogue. Foreign keys refer to it: it cannot be undone while "
                    + "they are there.",
                    "Convierta el índice único en clave primaria; solo cambia el catálogo. Hay claves foráneas que apuntan a él: no se puede "
                    + "deshacer mientras existan.")
                : new("Make the unique index the primary key; this only changes the catalogue.",
                    "Convierta el índice único en clave primaria; solo cambia el catálogo."),
            Sql = [SafeSql.LockTimeout, $"ALTER TABLE {table.Quoted} ADD CONSTRAINT {key} PRIMARY KEY USING INDEX {name}"],
            Rollback = index.IsReferenced ? [] :
            [
                .. await IndexRestoration.PlanAsync(context, index.Oid).ConfigureAwait(false),
                .. index.IsReplicaIdentity ? new[] { $"ALTER TABLE {table.Quoted} REPLICA IDENTITY USING INDEX {name}" } : [],
                .. index.IsClustered ? new[] { $"ALTER TABLE {table.Quoted} CLUSTER ON {name}" } : [],
                $"ALTER TABLE {table.Quoted} DROP CONSTRAINT {key}",
            ],
        };
    }

    /// <summary>What identifies each row cannot itself become the key: it is a constraint's, or sorted in another way.</summary>
    private static Fix BuildBeside(Table table, IndexDefinition index, AuditedRelations relations)
    {
        var advice = new Bilingual(
            $"{index.Name} cannot become the primary key itself: it belongs to a constraint, is sorted in another way, or allows NULL. Build a "
            + "unique index on the same columns concurrently and make it the primary key, then drop the other if nothing refers to it.",
            $"{index.Name} no puede ser la clave primaria: pertenece a una restricción, tiene otro orden o admite nulos. Cree un índice único "
            + "concurrente sobre las mismas columnas, conviértalo en clave primaria y elimine el otro si nada apunta a él.");
        if (!index.Keys.All(key => table.NotNull.Contains(key.Column))) return new Fix { Advice = advice };
        var name = SafeSql.Name(relations.FreeKeyName(table.Schema, table.Name));
        return new Fix
        {
            Advice = advice,
            Sql =
            [
                SafeSql.LockTimeout,
                $"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table.Quoted} ({string.Join(", ", index.Keys.Select(key => SafeSql.Name(key.Name)))})",
                $"ALTER TABLE {table.Quoted} ADD CONSTRAINT {name} PRIMARY KEY USING INDEX {name}",
            ],
            Rollback = [SafeSql.LockTimeout, $"ALTER TABLE {table.Quoted} DROP CONSTRAINT {name}"],
        };
    }

    private static Fix MakeFix(Table table, IndexDefinition? identity, AuditedRelations relations)
    {
        if (identity is null && table is { HasId: true, IsPartitioned: false })
        {
            var key = SafeSql.Name(relations.FreeKeyName(table.Schema, table.Name));
            return new Fix
            {
                Advice = new(
                    "Resolve duplicates and NULLs of id first. The unique index is built without blocking traffic; SET NOT NULL then reads the "
                    + "table once under an exclusive lock.",
                    "Resuelva antes los duplicados y nulos de id. El índice único se crea sin parar el tráfico; SET NOT NULL lee después la "
                    + "tabla una vez con bloqueo exclusivo."),
                Sql =
                [
                    SafeSql.LockTimeout, $"CREATE UNIQUE INDEX CONCURRENTLY {key} ON {table.Quoted} (id)",
                    .. table.IsIdNotNull ? [] : new[] { $"ALTER TABLE {table.Quoted} ALTER COLUMN id SET NOT NULL" },
                    $"ALTER TABLE {table.Quoted} ADD CONSTRAINT {key} PRIMARY KEY USING INDEX {key}",
                ],
                Rollback =
                [
                    SafeSql.LockTimeout, $"ALTER TABLE {table.Quoted} DROP CONSTRAINT {key}",
                    .. table.IsIdNotNull ? [] : new[] { $"ALTER TABLE {table.Quoted} ALTER COLUMN id DROP NOT NULL" },
                ],
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
