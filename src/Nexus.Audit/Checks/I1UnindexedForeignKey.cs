namespace Nexus.Audit;

/// <summary>
/// A foreign key without an index on its own side: each delete of a parent row reads the whole child table, with the parent row locked.
/// </summary>
internal sealed class I1UnindexedForeignKey : AuditCheck
{
    /// <summary>By size, which is known at once; the number of rows may not be until the table is analysed.</summary>
    private const long SmallTable = 64 * 1024;

    public override string Id => "I1";

    public override Bilingual Title { get; } = new("Foreign key without an index", "Clave foránea sin índice");

    public override Bilingual Positive { get; } =
        new("Every foreign key has an index that serves it", "Toda clave foránea tiene un índice que la sirve");

    public override Bilingual SeverityRule { get; } = new(
        "high if rows of the parent were deleted, otherwise medium; one step lower while the child is smaller than 64 kB",
        "alta si se han borrado filas de la tabla padre, si no media; un nivel menos mientras la hija ocupe menos de 64 kB");

    public override Bilingual FalsePositives { get; } = new(
        "a child table that stays small, or a parent whose rows are never deleted and whose key never changes",
        "una tabla hija que siempre será pequeña, o un padre cuyas filas nunca se borran y cuya clave nunca cambia");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var keys = await ForeignKeyDefinition.ReadAsync(context).ConfigureAwait(false);
        if (keys.Count == 0) return [];
        var indexes = (await IndexDefinition.ReadAsync(context).ConfigureAwait(false)).ToLookup(index => index.TableOid);
        var findings = new List<Finding>();
        foreach (var key in keys.Where(key => !key.IsServed(indexes)))
        {
            var invalid = indexes[key.Child].FirstOrDefault(index => !index.IsPartitioned && index.CouldServe(key.Columns, key.Matches));
            var fix = invalid is not null ? Rebuild(invalid) : Build(key, context.Relations);
            // What the new index of the parent takes over was there before.
            if (key.IsPartitioned) fix = fix with
            {
                Rollback = [.. fix.Rollback, .. await IndexRestoration.TakenOverAsync(context, key.Leaves.SelectMany(leaf => indexes[leaf]),
                    index => index.Method == "btree" && index.Keys.Select(own => own.Column == 0 ? "" : own.Name).SequenceEqual(key.Columns)
                        && index.Keys.All(key.Matches)).ConfigureAwait(false)],
            };
            findings.Add(MakeFinding(key, fix, context));
        }
        return findings;
    }

    private static Finding MakeFinding(ForeignKeyDefinition key, Fix fix, CheckContext context)
    {
        var rows = context.Window.Tables.GetValueOrDefault(key.Child)?.Rows ?? 0;
        var deleted = context.Window.Tables.GetValueOrDefault(key.Parent)?.After.Deleted ?? 0;
        var severity = deleted > 0 ? AuditSeverity.High : AuditSeverity.Medium;
        var columns = string.Join(", ", key.Columns.Select(SafeSql.Name));
        return new Finding
        {
            Severity = key.Bytes < SmallTable ? severity - 1 : severity,
            Confidence = AuditConfidence.Measured,
            Object = $"{key.Schema}.{key.Table}.{key.Constraint}",
            Relation = key.Child,
            Found = new(
                $"no usable index of {key.Schema}.{key.Table} begins with ({columns}), which references {key.ParentTable}",
                $"ningún índice utilizable de {key.Schema}.{key.Table} empieza por ({columns}), que apunta a {key.ParentTable}"),
            Evidence =
            [
                Evidence.Of("childRows", rows, "rows of the child", "filas de la tabla hija"),
                Evidence.Of("parentDeletes", deleted, "rows deleted from the parent since the statistics were reset",
                    "filas borradas del padre desde que hay estadísticas"),
                Evidence.Of("columns", string.Join(", ", key.Columns), "columns of the key", "columnas de la clave"),
            ],
            Fix = fix,
        };
    }

    private static Fix Build(ForeignKeyDefinition key, AuditedRelations relations)
    {
        var columns = string.Join(", ", key.Columns.Select(SafeSql.Name));
        var name = relations.FreeIndexName(key.Schema, key.Table, key.Columns);
        return new Fix
        {
            Advice = new(
                key.IsPartitioned ? "Build the index on each partition concurrently, then create it on the parent."
                    : "Build the index without blocking traffic; deletes of the parent and joins then find their rows.",
                key.IsPartitioned ? "Cree el índice en cada partición de forma concurrente y después en la tabla padre."
                    : "Cree el índice sin parar el tráfico; los borrados del padre y las uniones encontrarán sus filas."),
            Sql = SafeSql.CreateIndex(key.Schema, key.Table, name, $"({columns})", key.IsPartitioned),
            Rollback = SafeSql.DropIndex(key.Schema, name, key.IsPartitioned),
            CanApply = !key.IsPartitioned,
            Evaluates = [key.Child],
        };
    }

    /// <summary>The index is there, left behind by a build that failed: a second one beside it would be waste.</summary>
    private static Fix Rebuild(IndexDefinition index) => new()
    {
        Advice = new($"{index.FullName} would be usable, but its build failed: rebuild it without blocking traffic.",
            $"{index.FullName} serviría, pero su creación falló: vuelva a crearlo sin parar el tráfico."),
        Sql = [SafeSql.LockTimeout, $"REINDEX INDEX CONCURRENTLY {SafeSql.Name(index.Schema, index.Name)}"],
        CanApply = !index.IsUnique,
        Evaluates = [index.TableOid],
    };
}
