using System.Globalization;

namespace Nexus.Audit;

/// <summary>Conditions on a JSON column that no index of the table can serve, so that each of them reads and unpacks every document.</summary>
internal sealed class J2UnindexedJsonFilter : AuditCheck
{
    private const long SmallTable = 500;

    private const double LargeShare = 0.1;

    private const double BusyWritesPerSecond = 10;

    private const string ShapesSql = """
        SELECT c.oid, c.relkind = 'p',
            array(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped),
            CASE WHEN c.relkind = 'p' THEN array(SELECT t.relid::oid FROM pg_catalog.pg_partition_tree(c.oid) t WHERE t.level > 0) ELSE '{}' END
        FROM pg_catalog.pg_class c WHERE c.oid = ANY ($1::bigint[]::oid[])
        """;

    /// <summary>What a fix has to know of the table.</summary>
    private sealed record Shape(uint Table, bool IsPartitioned, string[] Columns, uint[] Partitions);

    private sealed record Use(ColumnDefinition Column, JsonFilter Filter, StatementActivity Statement, bool IsMeasured);

    public override string Id => "J2";

    public override Bilingual Title { get; } = new("JSON filtered without a usable index", "JSON filtrado sin un índice utilizable");

    public override Bilingual Positive { get; } = new("Filters on JSON have a usable index", "Los filtros sobre JSON tienen un índice utilizable");

    public override Bilingual SeverityRule { get; } = new(
        "high from 10 % of the time of all statements, otherwise medium",
        "alta desde el 10 % del tiempo de todas las sentencias, si no media");

    public override Bilingual FalsePositives { get; } = new(
        "tables of fewer than 500 rows, and statements that the index of another condition already narrows down, are not reported",
        "no se señalan tablas de menos de 500 filas ni sentencias que el índice de otra condición ya reduce");

    public override AuditNeeds Needs => AuditNeeds.Statements;

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var columns = (await ColumnDefinition.ReadAsync(context, "json", "jsonb").ConfigureAwait(false)).Where(column => column.Rows >= SmallTable)
            .ToLookup(column => column.Name);
        if (columns.Count == 0) return [];
        var share = new StatementShare(context.Window);
        var uses = context.Window.Statements
            .Where(statement => StatementText.Verb(statement.Text) is "SELECT" or "WITH" or "UPDATE" or "DELETE" or "INSERT")
            .OrderByDescending(share.Time)
            .SelectMany(statement => JsonFilter.Read(statement.Text)
                .SelectMany(filter => columns[filter.Column].Where(column => Mentions(statement.Text, column.Table))
                    .Select(column => new Use(column, filter, statement, false))))
            .ToList();
        if (uses.Count == 0) return [];
        var indexes = (await IndexDefinition.ReadAsync(context).ConfigureAwait(false)).Where(index => index.IsValid)
            .ToLookup(index => index.TableOid);
        var scans = await TableScans.PrepareAsync(context, SmallTable).ConfigureAwait(false);
        var found = new List<Use>();
        foreach (var use in uses)
        {
            var hasIndex = indexes[use.Column.TableOid].Any(index => Serves(index, use));
            if (hasIndex && use.Filter.Operator == JsonFilter.Extraction)
            {
                // A plan without constants cannot use an index on an expression with one: only a key that was seen tells.
                if (SeenKeys(context, use.Column).Any(key => !indexes[use.Column.TableOid]
                    .Any(index => Serves(index, use) && index.KeyList.Contains($"'{key}'", StringComparison.Ordinal)))) found.Add(use);
                continue;
            }
            if (hasIndex) continue;
            var own = scans.Of(use.Statement).Where(scan => scan.Table.Schema == use.Column.Schema && IsOf(scan.Table.Name, use.Column.Table))
                .ToList();
            // Another condition's index leaves few documents.
            if (own.Exists(scan => scan.IsServed)) continue;
            var isCounted = TableScans.AreCounted(own, use.Statement);
            if (own.Count > 0 && !isCounted && use.Statement.Window.Calls > 0) continue;
            found.Add(use with { IsMeasured = isCounted && JsonFilter.ComparesWithGiven(use.Statement.Text, use.Column.Name) });
        }
        var shapes = (await context.QueryAsync(
            ShapesSql, row => new Shape(row.Oid(0), row.GetBoolean(1), row.GetTexts(2), row.GetFieldValue<uint[]>(3)),
            found.Select(use => (long)use.Column.TableOid).Distinct().ToArray()).ConfigureAwait(false)).ToDictionary(shape => shape.Table);
        var findings = new List<Finding>();
        foreach (var group in found.GroupBy(use => (use.Column.TableOid, use.Column.Number, use.Filter.Operator)))
        {
            if (!shapes.TryGetValue(group.Key.TableOid, out var shape)) continue;
            var finding = MakeFinding(context, [.. group], share, shape);
            var (name, filter) = (group.First().Column.Name, group.First().Filter);
            if (shape.IsPartitioned && finding.Fix.Sql.Any(sql => sql.Contains(" USING gin ", StringComparison.Ordinal))) finding = finding with
            {
                Fix = finding.Fix with
                {
                    Rollback = [.. finding.Fix.Rollback, .. await IndexRestoration.TakenOverAsync(
                        context, shape.Partitions.SelectMany(part => indexes[part]),
                        index => index.Method == "gin" && index.Keys.Count == 1 && index.Keys[0].Column != 0 && index.Keys[0].Name == name
                            && index.Keys[0].OperatorClassName == (filter.IsExistence ? "jsonb_ops" : "jsonb_path_ops")).ConfigureAwait(false)],
                },
            };
            findings.Add(finding);
        }
        return findings;
    }

    private static bool Mentions(string text, string table) => text.Contains(table, StringComparison.OrdinalIgnoreCase);

    /// <summary>The table itself or a partition of it, by the usual naming.</summary>
    private static bool IsOf(string? relation, string table) =>
        relation is not null && (relation == table || relation.StartsWith($"{table}_", StringComparison.Ordinal));

    /// <summary>Whether the index may serve. Constants are unknown, so of two keys of one column it is unknown which one is queried.</summary>
    private static bool Serves(IndexDefinition index, Use use)
    {
        // A predicate on something else may follow from another condition of the statement, if it names what the predicate does.
        if (!IndexPredicate.IsImpliedBy(index.Predicate, [use.Column.Name])
            && !IndexPredicate.Names(index.Predicate!).All(name => Mentions(use.Statement.Text, name))) return false;
        if (use.Filter.Operator == JsonFilter.Extraction) return index.Keys
            .Any(key => key.Column == 0 && key.Name.Contains(use.Column.Name, StringComparison.Ordinal)
                && (key.Name.Contains("->", StringComparison.Ordinal) || key.Name.Contains("#>", StringComparison.Ordinal)
                    || key.Name.Contains("extract_path", StringComparison.Ordinal)));
        return index.Method == "gin" && index.Keys
            .Any(key => key.Column == use.Column.Number && (!use.Filter.IsExistence || key.OperatorClassName == "jsonb_ops"));
    }

    /// <summary>Keys that running statements took out of the column; pg_stat_statements keeps none.</summary>
    private static IEnumerable<string> SeenKeys(CheckContext context, ColumnDefinition column) => context.Window.Samples.SelectMany(sample => sample)
        .Where(session => session.Database == context.Server.Database && Mentions(session.Query, column.Table))
        .SelectMany(session => JsonFilter.Keys(session.Query, column.Name)).Distinct().Order(StringComparer.Ordinal);

    private static Finding MakeFinding(CheckContext context, List<Use> uses, StatementShare share, Shape shape)
    {
        var (column, filter) = (uses[0].Column, uses[0].Filter);
        var statements = uses.Select(use => use.Statement).DistinctBy(statement => statement.Key).ToList();
        var part = share.Of(statements);
        var keys = filter.Operator != JsonFilter.Extraction ? [] : SeenKeys(context, column).Take(5).ToList();
        var evidence = new List<Evidence>
        {
            Evidence.Of("timeShare", 100 * part, "share of the time of all statements", "del tiempo de todas las sentencias", "%"),
            Evidence.Of("rows", column.Rows, "rows of the table", "filas de la tabla"),
            Evidence.Of("calls", statements.Sum(statement => statement.Total.Calls), "calls since the statistics were reset",
                "llamadas desde que hay estadísticas"),
            Evidence.Of("meanTime", statements.Sum(statement => statement.Total.ExecutionTime) / Math.Max(1,
                statements.Sum(statement => statement.Total.Calls)), "mean time", "tiempo medio", "ms"),
            Evidence.Of("statement", StatementText.Shown(statements[0].Text), "the most expensive statement", "la sentencia más costosa"),
        };
        if (keys.Count > 0) evidence.Add(Evidence.Of("keys", string.Join(", ", keys), "keys seen in running statements",
            "claves vistas en sentencias en curso"));
        return new Finding
        {
            Severity = part >= LargeShare ? AuditSeverity.High : AuditSeverity.Medium,
            Confidence = uses.Exists(use => use.IsMeasured) ? AuditConfidence.Measured : AuditConfidence.Inferred,
            Object = $"{column.FullName} {filter.Operator}",
            Relation = column.TableOid,
            Statements = [.. statements.Select(statement => statement.Key.QueryId)],
            Found = new(
                $"{column.FullName} is filtered by {filter.Operator} (statements: {statements.Count}) and no index supports it: each call reads all "
                + $"{column.Rows} documents",
                $"{column.FullName} se filtra con {filter.Operator} (sentencias: {statements.Count}) y ningún índice lo admite: cada llamada lee "
                + $"los {column.Rows} documentos"),
            Evidence = evidence,
            Fix = filter.Operator == JsonFilter.Extraction || column.Type == "json"
                ? ColumnFix(context, column, keys, shape) : GinFix(context, column, filter, shape),
        };
    }

    private static Fix GinFix(CheckContext context, ColumnDefinition column, JsonFilter filter, Shape shape)
    {
        var name = context.Relations.FreeIndexName(column.Schema, column.Table, [column.Name, "gin"]);
        var definition = $"USING gin ({SafeSql.Name(column.Name)}{(filter.IsExistence ? "" : " jsonb_path_ops")})";
        var table = context.Window.Tables.GetValueOrDefault(column.TableOid);
        return new Fix
        {
            Advice = new(
                "A GIN index supports it. Every write of the document maintains the index, and updates are no longer HOT: if the table is updated "
                + "often, put the filtered value into a generated column and index that instead.",
                "Un índice GIN lo resuelve. Cada escritura del documento mantiene el índice y las actualizaciones dejan de ser HOT: si la tabla "
                + "se actualiza a menudo, lleve el valor filtrado a una columna generada e indexe esa."),
            Sql = SafeSql.CreateIndex(column.Schema, column.Table, name, definition, shape.IsPartitioned),
            Rollback = SafeSql.DropIndex(column.Schema, name, shape.IsPartitioned),
            Evaluates = [column.TableOid],
            CanApply = !shape.IsPartitioned && table is not null && context.Window.Database.PerSecond(table.Updated) < BusyWritesPerSecond,
        };
    }

    private static Fix ColumnFix(CheckContext context, ColumnDefinition column, List<string> keys, Shape shape)
    {
        var advice = new Bilingual(
            "GIN does not support ->>. Put the value into a generated column and index that: updates stay HOT, unlike with an index on the "
            + "expression. Adding the column rewrites the table under an exclusive lock: choose a quiet time.",
            "GIN no admite ->>. Lleve el valor a una columna generada e indexe esa: las actualizaciones siguen siendo HOT, lo que un índice sobre "
            + "la expresión impide. Añadirla reescribe la tabla con bloqueo exclusivo: elija una hora de poca actividad.");
        if (keys.Count == 0) return new Fix { Advice = advice };
        var key = keys[0];
        // One that the table has is somebody's own: it would be indexed instead, and dropped by the rollback.
        var name = SafeSql.NewName([column.Name, key.ToLowerInvariant()], "");
        for (var number = 1; shape.Columns.Contains(name); number++) name = SafeSql.NewName(
            [column.Name, key.ToLowerInvariant(), number.ToString(CultureInfo.InvariantCulture)], "");
        var index = context.Relations.FreeIndexName(column.Schema, column.Table, [name]);
        return new Fix
        {
            Advice = advice,
            Sql =
            [
                SafeSql.LockTimeout,
                $"ALTER TABLE {SafeSql.Name(column.Schema, column.Table)} ADD COLUMN {SafeSql.Name(name)} text GENERATED ALWAYS AS "
                + $"({SafeSql.Name(column.Name)} ->> {SafeSql.Literal(key)}) STORED",
                .. SafeSql.CreateIndex(column.Schema, column.Table, index, $"({SafeSql.Name(name)})", shape.IsPartitioned).Skip(1),
            ],
            Rollback = [.. SafeSql.DropIndex(column.Schema, index, shape.IsPartitioned),
                $"ALTER TABLE {SafeSql.Name(column.Schema, column.Table)} DROP COLUMN IF EXISTS {SafeSql.Name(name)}"],
        };
    }
}
