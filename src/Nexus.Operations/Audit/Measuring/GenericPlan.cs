using System.Text.Json;
using System.Text.RegularExpressions;

namespace Nexus.Operations.Audit.Measuring;

/// <summary>
/// The plan that the server makes for a normalised statement without knowing its constants. It is planned and never executed: PREPARE with forced generic plans does that alike on every
/// version, EXPLAIN (GENERIC_PLAN) only since 16.
/// </summary>
internal static partial class GenericPlan
{
    private const string Name = "nexus_audit_plan";

    private const int MostParameters = 100;

    private const int LongestText = 20_000;

    // While planning, the server folds constant calls of immutable functions. One that anybody may have written does not get to run in the audit's name: neither by itself, nor in a view or an operator.
    private const string UnsafeSql = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.proname = ANY ($1) AND p.pronamespace <> 'pg_catalog'::regnamespace
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'))
            OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relkind = 'v' AND c.relname = ANY ($2) AND c.relnamespace <> 'pg_catalog'::regnamespace)
            OR EXISTS (SELECT FROM pg_catalog.pg_operator o WHERE o.oprnamespace <> 'pg_catalog'::regnamespace
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_operator'::regclass AND d.objid = o.oid AND d.deptype = 'e'))
        """;

    private const string SchemasSql = """
        SELECT n.nspname::text FROM pg_catalog.pg_namespace n
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') ORDER BY n.nspname <> 'public', n.oid LIMIT 20
        """;

    /// <summary>The plan's nodes, outermost first; null when it cannot be made, or not safely.</summary>
    public static async Task<IReadOnlyList<PlanNode>?> ExplainAsync(CheckContext context, string text)
    {
        if (StatementText.Verb(text) is not ("SELECT" or "WITH" or "UPDATE" or "DELETE") || text.Length > LongestText || text.Contains(';', StringComparison.Ordinal)) return null;
        var parameters = Parameter().Matches(text).Select(match => int.TryParse(match.ValueSpan[1..], out var number) ? number : int.MaxValue).DefaultIfEmpty(0).Max();
        if (parameters > MostParameters || await IsUnsafeAsync(context, text).ConfigureAwait(false)) return null;
        var schemas = string.Join(", ", (await context.QueryAsync(SchemasSql, row => SafeSql.Name(row.GetString(0))).ConfigureAwait(false)).DefaultIfEmpty("pg_catalog"));
        string? json = null;
        await context.TryAsync(async () =>
        {
            await context.ExecuteAsync($"SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL search_path = {schemas}").ConfigureAwait(false);
            await context.ExecuteAsync($"PREPARE {AuditConnection.Mark} {Name} AS {text}").ConfigureAwait(false);
            var values = parameters == 0 ? "" : $"({string.Join(", ", Enumerable.Repeat("NULL", parameters))})";
            json = (await context.QueryAsync($"EXPLAIN (FORMAT JSON) EXECUTE {Name}{values}", row => row.GetString(0)).ConfigureAwait(false))[0];
        }).ConfigureAwait(false);
        // Prepared statements outlive the savepoint and the transaction.
        await context.TryAsync(() => context.ExecuteAsync($"DEALLOCATE {Name}")).ConfigureAwait(false);
        await context.ExecuteAsync("SET LOCAL search_path = pg_catalog").ConfigureAwait(false);
        return json is null ? null : Read(json);
    }

    private static async Task<bool> IsUnsafeAsync(CheckContext context, string text)
    {
        var words = Word().Matches(text).Select(match => UpdateShape.Plain(match.Value)).ToHashSet();
        var calls = Call().Matches(text).Select(match => UpdateShape.Plain(match.Groups["name"].Value)).ToHashSet();
        return (await context.QueryAsync(UnsafeSql, row => row.GetBoolean(0), calls.ToArray(), words.ToArray()).ConfigureAwait(false))[0];
    }

    private static List<PlanNode> Read(string json)
    {
        var nodes = new List<PlanNode>();
        using var document = JsonDocument.Parse(json);
        Add(document.RootElement[0].GetProperty("Plan"), nodes);
        return nodes;
    }

    private static void Add(JsonElement plan, List<PlanNode> nodes)
    {
        nodes.Add(new PlanNode(
            plan.GetProperty("Node Type").GetString()!,
            plan.TryGetProperty("Relation Name", out var relation) ? relation.GetString() : null,
            plan.TryGetProperty("Filter", out var filter) ? filter.GetString()! : "",
            plan.GetProperty("Plan Rows").GetDouble(),
            plan.GetProperty("Total Cost").GetDouble()));
        if (plan.TryGetProperty("Plans", out var children)) foreach (var child in children.EnumerateArray()) Add(child, nodes);
    }

    [GeneratedRegex(@"\$\d+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();

    [GeneratedRegex("""
        "[^"]+"|[A-Za-z_]\w*
        """, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Word();

    [GeneratedRegex("""
        (?<name>"[^"]+"|[A-Za-z_]\w*)\s*\(
        """, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Call();
}

/// <summary>A step of a plan.</summary>
/// <param name="Kind">Such as <c>Seq Scan</c>.</param>
/// <param name="Relation">The table that it reads, null for others.</param>
/// <param name="Filter">What it filters by after reading, without constants; empty without.</param>
/// <param name="Rows">That the planner expects to come out.</param>
/// <param name="Cost">In the planner's units, with what it is made of.</param>
internal sealed record PlanNode(string Kind, string? Relation, string Filter, double Rows, double Cost);
