namespace Nexus.Audit;

/// <summary>
/// Updates that leave the HOT path because an index covers a column that they change: every index of the table then gets a new entry for each.
/// </summary>
internal sealed class I6HotKiller : AuditCheck
{
    private const double VeryBusy = 100;
    private const double Busy = 10;
    private const double Poor = 0.5;
    private const double Fair = 0.8;

    /// <summary>Updates that make a ratio worth judging, in the window and since the statistics were reset.</summary>
    private const long FewestInWindow = 20;
    private const long FewestInTotal = 200;

    /// <summary>PostgreSQL 16 and later say how many updates left their page for want of room; so large a part is not the index's doing.</summary>
    private const double WantOfRoom = 0.5;

    // A generated column changes with what it is made of: https://www.postgresql.org/docs/current/catalog-pg-depend.html, the expression depends on
    // the column.
    private const string ColumnsSql = """
        SELECT a.attrelid, a.attnum, a.attname::text, a.attgenerated <> '',
            array(SELECT s.attname::text FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attribute s ON s.attrelid = d.refobjid
                AND s.attnum = d.refobjsubid
                WHERE a.attgenerated <> '' AND d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid <> a.attnum
                    AND ((d.classid = 'pg_attrdef'::regclass
                        AND d.objid = (SELECT f.oid FROM pg_catalog.pg_attrdef f WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum))
                        OR (d.classid = 'pg_class'::regclass AND d.objid = a.attrelid AND d.objsubid = a.attnum)))
        FROM pg_catalog.pg_attribute a WHERE a.attrelid = ANY ($1::bigint[]::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
        """;

    // Columns of expressions and predicates too.
    private const string IndexColumnsSql = """
        SELECT i.indexrelid, a.attnum
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum > 0
        WHERE i.indrelid = ANY ($1::bigint[]::oid[]) AND (a.attnum = ANY (i.indkey::int2[]) OR EXISTS (
            SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum))
        """;

    private sealed record Column(uint Table, short Number, string Name, bool IsGenerated, string[] Sources);

    /// <summary>How the updates of a table went.</summary>
    private sealed record Updates(long Count, long Hot, double PerSecond, double? NewPageShare)
    {
        public double HotShare => (double)Hot / Math.Max(1, Count);
    }

    public override string Id => "I6";

    public override Bilingual Title { get; } = new("Index that keeps updates from being HOT", "Índice que impide las actualizaciones HOT");

    public override Bilingual Positive { get; } =
        new("Indexes leave frequent updates HOT", "Los índices permiten que las actualizaciones frecuentes sean HOT");

    public override Bilingual SeverityRule { get; } = new(
        "an index on a column that updates change, and fewer than 50 % HOT: high from 100 updates a second, medium from 10, otherwise low; also "
        + "low if only generated columns are concerned",
        "un índice sobre una columna que las actualizaciones modifican y menos del 50 % HOT: alta desde 100 por segundo, media desde 10; si no "
        + "baja; también baja si solo afecta a columnas generadas");

    public override Bilingual FalsePositives { get; } = new(
        "full pages (fillfactor) or an old snapshot also lower the ratio: PostgreSQL 16 shows this and nothing is reported; with older versions a "
        + "table without such an index is not reported",
        "las páginas sin espacio (fillfactor) o una instantánea antigua también bajan la proporción: PostgreSQL 16 lo distingue y entonces no se "
        + "señala; en versiones anteriores no se señala una tabla sin tal índice");

    public override AuditNeeds Needs => AuditNeeds.Window;

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var poor = context.Window.Tables.Values.Select(table => (Table: table, Updates: Judge(table, context.Window)))
            .Where(pair => pair.Updates is { } updates && updates.HotShare < Fair && updates.NewPageShare is not > WantOfRoom)
            .ToDictionary(pair => pair.Table.After.Oid, pair => pair.Updates!);
        if (poor.Count == 0) return [];
        var tables = poor.Keys.Select(oid => (long)oid).ToArray();
        var columns = (await context.QueryAsync(
            ColumnsSql, row => new Column(row.Oid(0), row.GetInt16(1), row.GetText(2), row.GetBoolean(3), row.GetTexts(4)), tables)
                .ConfigureAwait(false)).ToLookup(column => column.Table);
        var indexColumns = (await context.QueryAsync(IndexColumnsSql, row => (Index: row.Oid(0), Column: row.GetInt16(1)), tables)
            .ConfigureAwait(false)).ToLookup(row => row.Index, row => row.Column);
        var indexes = (await IndexDefinition.ReadAsync(context).ConfigureAwait(false)).Where(index => poor.ContainsKey(index.TableOid))
            .ToLookup(index => index.TableOid);
        var findings = new List<Finding>();
        foreach (var (oid, updates) in poor)
        {
            var table = context.Window.Tables[oid];
            var set = SetColumns(table, context);
            if (set is null && context.Server.Statements is null
                && context.Server.StatementsMissing is { } missing) context.CannotSee(missing.Reason, missing.Grant);
            if (set is null) continue;
            foreach (var index in indexes[oid])
            {
                // BRIN indexes do not count since 16.
                if (index is { Method: "brin" } && context.Server.Version >= 160_000) continue;
                var concerned = columns[oid].Where(column => indexColumns[index.Oid].Contains(column.Number)
                    && (set.Contains(column.Name) || column.Sources.Any(set.Contains))).ToList();
                if (concerned.Count > 0) findings.Add(await MakeFindingAsync(context, table, index, updates, concerned).ConfigureAwait(false));
            }
        }
        return findings;
    }

    private static Updates? Judge(TableActivity table, WindowData window) => table.Updated >= FewestInWindow
        ? new Updates(table.Updated, table.HotUpdated, window.Database.PerSecond(table.Updated),
            NewPageShare(table.After.NewPageUpdated - (table.Before?.NewPageUpdated ?? 0), table.Updated, table.HotUpdated))
        : table.After.Updated >= FewestInTotal
            ? new Updates(table.After.Updated, table.After.HotUpdated, window.Database.PerSecond(table.Updated),
                NewPageShare(table.After.NewPageUpdated, table.After.Updated, table.After.HotUpdated))
            : null;

    private static double? NewPageShare(long? newPage, long updated, long hot) =>
        newPage is { } moved ? (double)moved / Math.Max(1, updated - hot) : null;

    /// <summary>What the table's most frequent update sets; null where none was seen.</summary>
    private static HashSet<string>? SetColumns(TableActivity table, CheckContext context) => context.Window.Statements
        .Select(statement => (statement, Shape: UpdateShape.Read(statement.Text)))
        .Where(pair => pair.Shape is { } shape && (shape.Table == table.Name || IsParentOf(shape.Table, table.Name))
            && (shape.Schema is null || shape.Schema == table.Schema))
        .OrderByDescending(pair => pair.statement.Window.Rows).ThenByDescending(pair => pair.statement.Total.Rows)
        .Select(pair => pair.Shape!.Columns.ToHashSet()).FirstOrDefault();

    /// <summary>Updates name the partitioned table; what they did is counted at the partition.</summary>
    private static bool IsParentOf(string table, string partition) => partition.StartsWith($"{table}_", StringComparison.Ordinal);

    private static async Task<Finding> MakeFindingAsync(CheckContext context, TableActivity table, IndexDefinition index, Updates updates,
        List<Column> concerned)
    {
        var severity = concerned.TrueForAll(column => column.IsGenerated) ? AuditSeverity.Low
            : updates.HotShare >= Poor || updates.PerSecond < Busy ? AuditSeverity.Low : updates.PerSecond >= VeryBusy
                ? AuditSeverity.High : AuditSeverity.Medium;
        var names = string.Join(", ", concerned.Select(column => column.Name));
        var canDrop = index is { IsNeeded: false, IsUnique: false, Root: null };
        var evidence = new List<Evidence>
        {
            Evidence.Of("hotShare", 100 * updates.HotShare, "updates that are HOT", "actualizaciones HOT", "%"),
            Evidence.Of("updatesPerSecond", updates.PerSecond, "updates", "actualizaciones", "/s"),
            Evidence.Of("updates", updates.Count, "updates judged", "actualizaciones consideradas"),
            Evidence.Of("columns", names, "indexed columns that they change", "columnas indexadas que modifican"),
            Evidence.Of("scans", context.Window.Indexes.GetValueOrDefault(index.Oid)?.After.Scans ?? 0,
                "scans of the index since the statistics were reset", "lecturas del índice desde que hay estadísticas"),
        };
        if (updates.NewPageShare is { } share) evidence.Add(Evidence.Of("newPageShare", 100 * share, "of the rest, moved to another page",
            "del resto, pasaron a otra página", "%"));
        return new Finding
        {
            Severity = severity,
            // Whether the value changed at each update only the server knows, and below 16 it does not say what kept an update from being HOT.
            Confidence = AuditConfidence.Inferred,
            Object = index.FullName,
            Relation = index.Oid,
            Found = new(
                $"only {100 * updates.HotShare:0.#} % of the updates of {table.FullName} are HOT, because they change {names}, which {index.Name} "
                + "covers",
                $"solo el {100 * updates.HotShare:0.#} % de las actualizaciones de {table.FullName} son HOT, porque modifican {names}, que "
                + $"{index.Name} incluye"),
            Evidence = evidence,
            Fix = new Fix
            {
                Advice = new(
                    "Drop it if it is dispensable. Otherwise index something that changes rarely: a generated column instead of a document, the "
                    + "day instead of a time.",
                    "Elimínelo si es prescindible. Si no, indexe algo que cambie poco: una columna generada en vez del documento, el día en vez "
                    + "de la hora."),
                Sql = canDrop ? SafeSql.DropIndex(index.Schema, index.Name) : [],
                Rollback = canDrop ? await IndexRestoration.PlanAsync(context, index.Oid).ConfigureAwait(false) : [],
                // A query may need it.
                CanApply = canDrop && context.Window.Indexes.GetValueOrDefault(index.Oid)?.After.Scans == 0,
            },
        };
    }
}
