namespace Nexus.Audit;

/// <summary>A frequent statement that reads a large table from end to end for a few of its rows.</summary>
internal sealed class I2MissingIndex : AuditCheck
{
    private const long SmallTable = 10_000;
    private const int MostStatements = 30;
    private const double WorthLooking = 0.001;
    private const double LargeShare = 0.1;

    private const int MostColumns = 3;

    private sealed record Candidate(TableScan Scan, IReadOnlyList<string> Columns, StatementActivity Statement);

    public override string Id => "I2";

    public override Bilingual Title { get; } = new("Missing index", "Falta un índice");

    public override Bilingual Positive { get; } = new("No frequent statement reads a large table for a few rows",
            "Ninguna sentencia frecuente lee una tabla grande para obtener pocas filas");

    public override Bilingual SeverityRule { get; } = new(
        "high if a statement that reads one table takes 10 % of the time of all statements, otherwise medium",
        "alta si una sentencia que lee una sola tabla ocupa el 10 % del tiempo de todas las sentencias, si no media");

    public override Bilingual FalsePositives { get; } = new(
        "tables below 10,000 rows, statements that return more than a twentieth of the table, and those below 0.1 % of the time are not reported",
        "no se señalan tablas de menos de 10.000 filas, sentencias que devuelven más de un veinteavo de la tabla ni las que ocupan menos del 0,1 "
        + "% del tiempo");

    public override AuditNeeds Needs => AuditNeeds.Statements;

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var large = context.Window.Tables.Values.Where(table => table.Rows >= SmallTable).ToList();
        if (large.Count == 0) return [];
        var share = new StatementShare(context.Window);
        var statements = context.Window.Statements
            .Where(statement => StatementText.Verb(statement.Text) is "SELECT" or "WITH" or "UPDATE" or "DELETE"
                && share.Of([statement]) >= WorthLooking
                && large.Exists(table => statement.Text.Contains(table.Name, StringComparison.OrdinalIgnoreCase)))
            .OrderByDescending(share.Time).Take(MostStatements).ToList();
        if (statements.Count == 0) return [];
        var scans = await TableScans.PrepareAsync(context, SmallTable).ConfigureAwait(false);
        var candidates = statements.SelectMany(statement => Propose(scans, statement)).ToList();
        foreach (var table in scans.Unseen) context.CannotRead(table.Schema, table.Name);
        var indexes = (await IndexDefinition.ReadAsync(context).ConfigureAwait(false)).ToLookup(index => index.TableOid);
        return [.. candidates.Where(candidate => !indexes[candidate.Scan.Table.After.Oid].Any(index => index.Serves(candidate.Columns)))
            .GroupBy(candidate => (candidate.Scan.Table.After.Oid, Columns: string.Join(',', candidate.Columns)))
            .Select(group => MakeFinding([.. group], share, context.Relations))];
    }

    private static IEnumerable<Candidate> Propose(TableScans scans, StatementActivity statement)
    {
        // How many rows a range alone leaves is unknown.
        var whole = scans.Of(statement).Where(scan => !scan.IsServed && scan.Equal.Count > 0 && scan.Rows <= TableScan.Selective * scan.Table.Rows)
            .ToList();
        if (!TableScans.AreCounted(whole, statement)) return [];
        // Equalities lead, one range ends the key.
        return whole.Where(scan => scan.Scans > 0).Select(scan => new Candidate(
            scan, [.. scan.Equal.Take(MostColumns), .. scan.Ranges.Take(scan.Equal.Count < MostColumns ? 1 : 0)], statement));
    }

    private static Finding MakeFinding(List<Candidate> candidates, StatementShare share, AuditedRelations relations)
    {
        var best = candidates.OrderByDescending(candidate => share.Time(candidate.Statement)).First();
        var table = best.Scan.Table;
        var part = share.Of(candidates.Select(candidate => candidate.Statement).DistinctBy(statement => statement.Key));
        var name = relations.FreeIndexName(table.Schema, table.Name, best.Columns);
        var columns = string.Join(", ", best.Columns.Select(SafeSql.Name));
        return new Finding
        {
            Severity = part >= LargeShare && best.Scan.IsAlone ? AuditSeverity.High : AuditSeverity.Medium,
            // That the table is read whole is counted; that the index would be used is a conclusion from its selectivity.
            Confidence = AuditConfidence.Inferred,
            Object = $"{table.FullName} ({columns})",
            Relation = table.After.Oid,
            Statements = [.. candidates.Select(candidate => candidate.Statement.Key.QueryId).Distinct()],
            Found = new(
                $"a statement reads all {table.Rows} rows of {table.FullName} to find about {best.Scan.Rows:0}; an index on ({columns}) would find "
                + "them",
                $"una sentencia lee las {table.Rows} filas de {table.FullName} para encontrar unas {best.Scan.Rows:0}; un índice sobre ({columns}) "
                + "las encontraría"),
            Evidence =
            [
                Evidence.Of("timeShare", 100 * part, "share of the time of all statements", "del tiempo de todas las sentencias", "%"),
                Evidence.Of("sequentialScans", best.Scan.Scans, "full reads of the table", "veces que se leyó la tabla entera"),
                Evidence.Of("rows", table.Rows, "rows of the table", "filas de la tabla"),
                Evidence.Of("expectedRows", best.Scan.Rows, "rows expected", "filas esperadas"),
                Evidence.Of("meanTime", best.Statement.Total.ExecutionTime / Math.Max(1, best.Statement.Total.Calls), "mean time", "tiempo medio",
                    "ms"),
                Evidence.Of("statement", StatementText.Shown(best.Statement.Text), "statement", "sentencia"),
            ],
            Fix = new Fix
            {
                Advice = new(
                    "Build the index without blocking traffic. Measure again afterwards and drop the index if it is not used: it costs time with "
                    + "every write.",
                    "Cree el índice sin parar el tráfico. Mida de nuevo después y elimínelo si no se usa: tiene un coste en cada escritura."),
                Sql = SafeSql.CreateIndex(table.Schema, table.Name, name, $"({columns})"),
                Rollback = SafeSql.DropIndex(table.Schema, name),
                CanApply = true,
                Evaluates = [table.After.Oid],
            },
        };
    }
}
