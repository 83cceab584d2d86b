using System.Text.RegularExpressions;
using Nexus.Operations.Audit.Measuring;

namespace Nexus.Operations.Audit.Checks;

/// <summary>A frequent statement that reads a large table from end to end for a few of its rows.</summary>
internal sealed partial class I2MissingIndex : AuditCheck
{
    private const long SmallTable = 10_000;
    private const int MostStatements = 30;
    private const double WorthLooking = 0.001;
    private const double LargeShare = 0.1;

    /// <summary>An index that finds so few rows replaces the scan; the planner reads about a page for each.</summary>
    private const double Selective = 0.05;

    private const double HalfOfThePlan = 0.5;

    private const int MostColumns = 3;

    private const string ColumnsSql = """
        SELECT a.attrelid, a.attname::text, coalesce(s.n_distinct, 0)::float8
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname AND NOT s.inherited
        WHERE a.attrelid = ANY ($1::bigint[]::oid[]) AND a.attnum > 0 AND NOT a.attisdropped AND t.typname NOT IN ('json', 'jsonb', 'xml', 'bool', 'bytea')
        """;

    private sealed record Candidate(TableActivity Table, IReadOnlyList<string> Columns, double Saved, double Rows, StatementActivity Statement);

    public override string Id => "I2";

    public override Bilingual Title { get; } = new("Missing index", "Falta un índice");

    public override Bilingual Positive { get; } = new("No frequent statement reads a large table for a few rows", "Ninguna sentencia frecuente lee una tabla grande para obtener pocas filas");

    public override Bilingual SeverityRule { get; } = new(
        "high where the index saves half of a plan that takes 10 % of the time of all statements, otherwise medium",
        "alta si el índice ahorra la mitad de un plan que ocupa el 10 % del tiempo de todas las sentencias, si no media");

    public override Bilingual FalsePositives { get; } = new(
        "tables below 10,000 rows, statements that return more than a twentieth of the table, and those below 0.1 % of the time are not reported",
        "no se señalan tablas de menos de 10.000 filas, sentencias que devuelven más de un veinteavo de la tabla ni las que ocupan menos del 0,1 % del tiempo");

    public override AuditNeeds Needs => AuditNeeds.Statements;

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var large = context.Window.Tables.Values.Where(table => table.Rows >= SmallTable).ToList();
        if (large.Count == 0) return [];
        var share = new StatementShare(context.Window);
        var statements = context.Window.Statements
            .Where(statement => StatementText.Verb(statement.Text) is "SELECT" or "WITH" or "UPDATE" or "DELETE" && share.Of([statement]) >= WorthLooking && large.Exists(table => statement.Text.Contains(table.Name, StringComparison.OrdinalIgnoreCase)))
            .OrderByDescending(share.Time).Take(MostStatements).ToList();
        if (statements.Count == 0) return [];
        var columns = (await context.QueryAsync(ColumnsSql, row => (Table: row.Oid(0), Name: row.GetString(1), Distinct: row.GetDouble(2)), large.Select(table => (long)table.After.Oid).ToArray()).ConfigureAwait(false))
            .ToLookup(column => column.Table, column => (column.Name, column.Distinct));
        var unplanned = 0;
        var candidates = new List<Candidate>();
        foreach (var statement in statements)
        {
            if (await GenericPlan.ExplainAsync(context, statement.Text).ConfigureAwait(false) is not { } plan)
            {
                unplanned++;
                continue;
            }
            candidates.AddRange(plan.Where(node => node is { Kind: "Seq Scan", Relation: not null }).SelectMany(node => Propose(node, plan[0].Cost, large, columns, statement)));
        }
        if (unplanned > 0) context.CannotSee(new($"{unplanned} statements could not be planned without their constants", $"no se pudieron planificar {unplanned} sentencias sin sus constantes"));
        var indexes = (await IndexDefinition.ReadAsync(context).ConfigureAwait(false)).ToLookup(index => index.TableOid);
        return [.. candidates.Where(candidate => !indexes[candidate.Table.After.Oid].Any(index => index.Serves(candidate.Columns)))
            .GroupBy(candidate => (candidate.Table.After.Oid, Columns: string.Join(',', candidate.Columns))).Select(group => MakeFinding([.. group], share, context.Relations))];
    }

    private static IEnumerable<Candidate> Propose(PlanNode node, double planCost, List<TableActivity> large, ILookup<uint, (string Name, double Distinct)> columns, StatementActivity statement)
    {
        foreach (var table in large.Where(table => table.Name == node.Relation))
        {
            var known = columns[table.After.Oid].ToDictionary(column => column.Name, column => Distinct(column.Distinct, table.Rows));
            // Equalities lead, one range ends the key.
            var equal = Equality().Matches(node.Filter).Select(match => UpdateShape.Plain(match.Groups["column"].Value)).Where(known.ContainsKey).Distinct().OrderByDescending(name => known[name]).Take(MostColumns).ToList();
            var range = equal.Count == MostColumns ? [] : Range().Matches(node.Filter).Select(match => UpdateShape.Plain(match.Groups["column"].Value)).Where(name => known.ContainsKey(name) && !equal.Contains(name)).Distinct().Take(1).ToList();
            // Of a range without its constants the planner assumes a third (a half percent of one with both ends): that alone says nothing.
            if (equal.Count == 0 || node.Filter.Contains(" OR ", StringComparison.Ordinal) || node.Rows > Selective * table.Rows) continue;
            yield return new Candidate(table, [.. equal, .. range], Math.Clamp(node.Cost / Math.Max(1, planCost), 0, 1), node.Rows, statement);
        }
    }

    /// <summary>pg_stats counts distinct values, or says their share as a negative number.</summary>
    private static double Distinct(double stored, long rows) => stored < 0 ? -stored * rows : stored;

    private static Finding MakeFinding(List<Candidate> candidates, StatementShare share, AuditedRelations relations)
    {
        var best = candidates.OrderByDescending(candidate => share.Time(candidate.Statement)).First();
        var table = best.Table;
        var part = share.Of(candidates.Select(candidate => candidate.Statement).DistinctBy(statement => statement.Key));
        var name = relations.FreeIndexName(table.Schema, table.Name, best.Columns);
        var columns = string.Join(", ", best.Columns.Select(SafeSql.Name));
        return new Finding
        {
            Severity = part >= LargeShare && best.Saved >= HalfOfThePlan ? AuditSeverity.High : AuditSeverity.Medium,
            // The plan is real; that the index would be used is a conclusion from its selectivity.
            Confidence = AuditConfidence.Inferred,
            Object = $"{table.FullName} ({columns})",
            Relation = table.After.Oid,
            Statements = [.. candidates.Select(candidate => candidate.Statement.Key.QueryId).Distinct()],
            Found = new(
                $"a statement reads all {table.Rows} rows of {table.FullName} to find about {best.Rows:0}; an index on ({columns}) would find them",
                $"una sentencia lee las {table.Rows} filas de {table.FullName} para encontrar unas {best.Rows:0}; un índice sobre ({columns}) las encontraría"),
            Evidence =
            [
                Evidence.Of("timeShare", 100 * part, "of the time of all statements", "del tiempo de todas las sentencias", "%"),
                Evidence.Of("planShare", 100 * best.Saved, "of the plan's cost is that scan", "del coste del plan es esa lectura", "%"),
                Evidence.Of("rows", table.Rows, "rows of the table", "filas de la tabla"),
                Evidence.Of("expectedRows", best.Rows, "rows expected", "filas esperadas"),
                Evidence.Of("meanTime", best.Statement.Total.ExecutionTime / Math.Max(1, best.Statement.Total.Calls), "mean time", "tiempo medio", "ms"),
                Evidence.Of("statement", StatementText.Shown(best.Statement.Text), "statement", "sentencia"),
            ],
            Fix = new Fix
            {
                Advice = new(
                    "Build the index beside the traffic. Measure again afterwards: if it is not used, drop it, since every write pays for it.",
                    "Cree el índice sin parar el tráfico. Mida de nuevo después: si no se usa, elimínelo, pues cada escritura lo paga."),
                Sql = SafeSql.CreateIndex(table.Schema, table.Name, name, $"({columns})"),
                Rollback = SafeSql.DropIndex(table.Schema, name),
                CanApply = true,
            },
        };
    }

    // As the server writes conditions: (chat_id = $1), ((status)::text = $2), (t.id = ANY ($1)), (at >= $2).
    private const string Column = """(?<![\w.>])\(*(?:\w+\.)?(?<column>"[^"]+"|[a-z_]\w*)\)?(?:::[\w ]+?)?\)?""";

    [GeneratedRegex($@"{Column}\s=\s", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Equality();

    [GeneratedRegex($@"{Column}\s(?:<|<=|>|>=)\s", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Range();
}
