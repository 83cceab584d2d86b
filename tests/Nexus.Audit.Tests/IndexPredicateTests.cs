namespace Nexus.Audit.Tests;

/// <summary>What the audit concludes from a predicate is what the server's planner proves.</summary>
public sealed class IndexPredicateTests
{
    private static readonly string[] Predicates =
    [
        "user_id IS NOT NULL", "NOT (user_id IS NULL)", "\"User\" IS NOT NULL", "user_id IS NOT NULL AND at IS NULL",
            "user_id IS NOT NULL OR at IS NULL", "at IS NULL OR user_id IS NOT NULL",
        "(user_id IS NOT NULL AND true)", "true", "at IS NOT NULL", "user_id > 0", "user_id IS NULL", "note <> 'user_id IS NOT NULL'",
            "note = 'a'' OR user_id IS NOT NULL'", "note = E'\\\\' OR user_id IS NOT NULL",
        "(user_id, at) IS NOT NULL", "ROW(user_id) IS NOT NULL", "coalesce(user_id, 0) IS NOT NULL", "user_id = ANY (ARRAY[1, 2])",
            "(user_id IS NOT NULL) IS TRUE", "user_id IS NOT NULL AND user_id IS NOT NULL", "abs(user_id) IS NULL OR user_id IS NOT NULL",
    ];

    [Fact]
    public async Task What_is_implied_the_planner_uses_and_what_it_does_not_use_is_never_called_implied()
    {
        await using var audited = await AuditCase.CreateAsync(
            "CREATE TABLE trades (id int, user_id int, \"User\" int, at timestamptz, note text); INSERT INTO trades SELECT i, i FROM "
            + "generate_series(1, 500) i; ANALYZE trades");
        var implied = 0;
        foreach (var predicate in Predicates)
        {
            await audited.Database.ExecuteAsync($"CREATE INDEX tried ON trades (user_id) WHERE {predicate}");
            var stored = await audited.Database.ScalarAsync<string>(
                "SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indexrelid = 'tried'::regclass");
            await using var connection = await audited.ConnectAsync();
            await AuditCase.ExecuteAsync(connection, "SET enable_seqscan = off");
            await using var explain = new Npgsql.NpgsqlCommand("EXPLAIN (FORMAT TEXT) SELECT 1 FROM trades WHERE user_id = 7", connection);
            var plan = "";
            await using (var reader = await explain.ExecuteReaderAsync()) while (await reader.ReadAsync()) plan += reader.GetString(0);
            var uses = plan.Contains("tried", StringComparison.Ordinal);
            var concludes = IndexPredicate.IsImpliedBy(stored, ["user_id"]);
            if (concludes) implied++;
            Assert.True(uses || !concludes, $"{stored}: {plan}");
            // For a constant the planner proves more; of what holds for every value nothing is missed.
            if (uses && predicate is not ("user_id > 0" or "user_id = ANY (ARRAY[1, 2])" or "coalesce(user_id, 0) IS NOT NULL"
                or "ROW(user_id) IS NOT NULL" or "(user_id IS NOT NULL) IS TRUE")) Assert.True(concludes, stored);
            await audited.Database.ExecuteAsync("DROP INDEX tried");
        }
        Assert.True(implied >= 7, $"{implied}");
    }

    [Fact]
    public async Task A_table_without_autovacuum_is_one_finding_with_its_dead_rows_and_old_statistics()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE t (id int PRIMARY KEY) WITH (autovacuum_enabled = false);
            INSERT INTO t SELECT generate_series(1, 30000);
            DELETE FROM t WHERE id % 2 = 0;
            """);
        var result = await audited.AuditAsync(only: ["V1", "V2", "V5"]);
        var finding = Assert.Single(result.Checks.SelectMany(check => check.Findings));
        Assert.Equal("public.t", finding.Object);
        Assert.Equal(["V1", "V2"], finding.Related.Select(related => related.Id).Order());
        Assert.All(result.Checks, check => Assert.Equal(CheckStatus.Findings, check.Status));
        Assert.Equal(90, result.Score); // as one finding, and no more
    }
}
