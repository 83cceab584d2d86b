using System.Reflection;
using System.Text.RegularExpressions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.StoreContract;
using Npgsql;

namespace Nexus.Postgres.Tests.Store;

/// <summary>
/// What Citus refuses in statements on a distributed schema (13.2, src/backend/distributed/planner): every statement of the engine keeps to it, so
/// that shards can be placed by Citus. Leases are on the home shard, whose schema is not distributed.
/// </summary>
public sealed partial class PortableSqlTests
{
    private static readonly string[] Clocks = ["now()", "clock_timestamp()", "interval '"];

    [Fact]
    public void No_statement_has_what_Citus_refuses()
    {
        var statements = Collect().Distinct().ToList();
        Assert.True(statements.Count > 100, $"{statements.Count} statements were found");
        foreach (var sql in statements) Assert.True(Broken(sql) is not { } rule, $"{Broken(sql)}:\n{sql}");
    }

    /// <summary>Each rule finds what it is for.</summary>
    [Theory]
    [InlineData("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = now() WHERE t.a = 1")]
    [InlineData("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE t.c < now() RETURNING a")]
    [InlineData("DELETE FROM t RETURNING a, now()")]
    [InlineData("SELECT CASE side WHEN 'SHORT' THEN 1 END FROM t")]
    [InlineData("UPDATE t SET a = coalesce(b, now())")]
    [InlineData("UPDATE t SET a = CASE WHEN b THEN c + interval '1 day' END")]
    [InlineData("UPDATE t SET a = nexus_refuse('a', 'b')")]
    [InlineData("SELECT count(*) FROM (SELECT FROM t LIMIT 5) AS few")]
    [InlineData("INSERT INTO t (a) SELECT i.a FROM unnest($1) AS i (a) WHERE NOT EXISTS (SELECT FROM users u WHERE u.a = i.a)")]
    [InlineData("WITH h AS (SELECT 1 AS a) INSERT INTO t (a, b) SELECT coalesce(h.a, nextval('s')), 2 FROM h")]
    public void A_statement_that_breaks_a_rule_is_found(string sql) => Assert.NotNull(Broken(sql));

    [Fact]
    public async Task Functions_name_each_other_with_their_schema_and_none_in_an_update_is_volatile()
    {
        await using var home = await PostgresHome.CreateAsync();
        foreach (var row in await home.Database.QueryRowsAsync(
            "SELECT proname::text, prosrc, provolatile::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'nexus%'"))
        {
            var (name, source) = ((string)row[0]!, (string)row[1]!);
            Assert.False(Unqualified().IsMatch(source), $"{name} calls a function without its schema");
        }
        var used = Collect().Where(sql => Regex.IsMatch(sql, @"\bUPDATE \w+ \w+ SET\b"))
            .SelectMany(sql => Unqualified().Matches(sql)).Select(match => match.Groups["name"].Value).Distinct().ToList();
        Assert.Contains("nexus_accept", used);
        Assert.Empty(await home.Database.QueryAsync<string>(
            "SELECT proname::text FROM pg_proc WHERE proname = ANY ($1) AND provolatile = 'v'", [used.ToArray()]));
    }

    [Fact]
    public void A_field_that_arrives_in_the_message_alone_is_found()
    {
        var error = Assert.IsType<NexusValidationException>(PostgresErrors.Translate(
            new PostgresException("days: must end the subscription", "ERROR", "ERROR", "NX400")));

        Assert.Equal(("days", "days: must end the subscription"), (error.Field, error.Message));
    }

    private static IEnumerable<string> Collect()
    {
        foreach (var (_, write) in SampleWrites.All.Concat(SampleWrites.Reseals))
        {
            var statement = Statements.For(write);
            yield return statement.ToCommand([write]).CommandText;
            yield return statement.ToCommand([write, write]).CommandText;
        }
        foreach (var table in PostgresTables.All)
        {
            yield return table.LookUp;
            yield return table.LockRows;
            if (table.RaiseVersion is { } raise) yield return raise;
        }
        // Every text of the store that is SQL.
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (var type in typeof(PostgresStore).Assembly.GetTypes().Where(type => type.Namespace == "Nexus.Postgres"))
        {
            if (type.ContainsGenericParameters || type.Name.Contains("Lease", StringComparison.Ordinal)) continue;
            foreach (var field in type.GetFields(Any).Where(field => field.FieldType == typeof(string)))
            {
                if (field.GetValue(null) is string text && Sql().IsMatch(text)) yield return text;
            }
        }
    }

    private static string? Broken(string sql)
    {
        var writes = sql.Contains("INSERT INTO", StringComparison.Ordinal) || Regex.IsMatch(sql, @"\b(UPDATE \w+|DELETE FROM)\b");
        if (sql.Contains("nexus_refuse(", StringComparison.Ordinal)) return "a refusal must be immutable and take the value: nexus_accept";
        if (SimpleCase().IsMatch(sql)) return "CASE x WHEN is deparsed wrongly: write CASE WHEN x =";
        if (Columnless().IsMatch(sql)) return "a SELECT without columns must have no LIMIT";
        foreach (Match update in DoUpdate().Matches(sql))
        {
            if (Clocks.Any(clock => update.Value.Contains(clock, StringComparison.Ordinal))) return "DO UPDATE must take the time from excluded";
        }
        foreach (Match returning in Returning().Matches(sql))
        {
            if (Clocks.Any(clock => returning.Value.Contains(clock, StringComparison.Ordinal))) return "RETURNING must not read the clock";
        }
        foreach (Match insert in InsertSelect().Matches(sql))
        {
            if (OfState().IsMatch(insert.Value)) return "an INSERT must read the state in a WITH of its own, or Citus loses a condition's column";
            if (insert.Value.Split("FROM", 2)[0].Contains("nextval(", StringComparison.Ordinal))
                return "a nextval that depends on a row must be in a subquery: Citus lifts it out of the SELECT without the row";
        }
        if (!writes) return null;
        return Enclosed(sql).Any(part => Clocks.Any(clock => part.Contains(clock, StringComparison.Ordinal)))
            ? "CASE and COALESCE of a write must not read the clock" : null;
    }

    /// <summary>The contents of each COALESCE and CASE.</summary>
    private static IEnumerable<string> Enclosed(string sql)
    {
        foreach (Match start in Regex.Matches(sql, @"\bcoalesce\(", RegexOptions.IgnoreCase))
        {
            var (depth, end) = (1, start.Index + start.Length);
            for (; depth > 0 && end < sql.Length; end++) depth += sql[end] == '(' ? 1 : sql[end] == ')' ? -1 : 0;
            yield return sql[start.Index..end];
        }
        foreach (Match start in Regex.Matches(sql, @"\bCASE\b"))
        {
            var depth = 0;
            foreach (Match word in Regex.Matches(sql[start.Index..], @"\b(CASE|END)\b"))
            {
                depth += word.Value == "CASE" ? 1 : -1;
                if (depth > 0) continue;
                yield return sql.Substring(start.Index, word.Index);
                break;
            }
        }
    }

    [GeneratedRegex(@"^\s*(/\*.*?\*/\s*)?(SELECT|INSERT|UPDATE|DELETE|WITH|DO)\b", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Sql();

    [GeneratedRegex(@"\bCASE\s+(?!WHEN\b)\S")]
    private static partial Regex SimpleCase();

    [GeneratedRegex(@"SELECT\s+FROM\b[^()]*\bLIMIT\b")]
    private static partial Regex Columnless();

    [GeneratedRegex(@"DO UPDATE SET\b.*?(?=\bRETURNING\b|$)", RegexOptions.Singleline)]
    private static partial Regex DoUpdate();

    [GeneratedRegex(@"INSERT INTO[^;]*?\)\s*SELECT\b.*?(?=\bON CONFLICT\b|\bRETURNING\b|$)", RegexOptions.Singleline)]
    private static partial Regex InsertSelect();

    [GeneratedRegex(@"\b(FROM|JOIN)\s+(sessions|users|trades|keyed_state|calibrations)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex OfState();

    [GeneratedRegex(@"\bRETURNING\b[^;]*?(?=\)\s*\n|$)", RegexOptions.Singleline)]
    private static partial Regex Returning();

    [GeneratedRegex(@"(?<![.\w])(?<name>nexus_[a-z_]+)\(")]
    private static partial Regex Unqualified();
}
