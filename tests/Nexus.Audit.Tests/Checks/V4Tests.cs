namespace Nexus.Audit.Tests.Checks;

public sealed class V4Tests
{
    private const string Full =
        "CREATE TABLE t (id int PRIMARY KEY, x text) WITH (autovacuum_enabled = false); INSERT INTO t SELECT i, repeat('x', 100) FROM "
        + "generate_series(1, 50000) i;";

    private static AuditCheck Fine => new V4Bloat(500_000);

    [Fact]
    public async Task A_table_and_an_index_that_are_mostly_empty_are_found_and_the_index_is_rebuilt()
    {
        await using var audited = await AuditCase.CreateAsync(Full);
        await audited.Database.ExecuteAsync("DELETE FROM t WHERE id % 5 <> 0");
        await audited.Database.ExecuteAsync("VACUUM (ANALYZE, INDEX_CLEANUP ON) t");
        var result = await audited.CheckAsync(Fine);
        Assert.Equal(AuditConfidence.Inferred, Assert.Single(result.Findings, finding => finding.Object == "public.t").Confidence);
        var index = result.ExpectFinding(AuditSeverity.Low, "t_pkey");

        await audited.Database.ExecuteAsync("CREATE EXTENSION pgstattuple");
        result = await audited.CheckAsync(Fine);
        var confirmed = Assert.Single(result.Findings, finding => finding.Object == "public.t");
        Assert.Equal(AuditConfidence.Measured, confirmed.Confidence);
        Assert.InRange(confirmed.Number("emptyShare"), 60, 90);
        Assert.Equal(AuditConfidence.Measured, result.ExpectFinding(AuditSeverity.Low, "t_pkey").Confidence);

        foreach (var sql in index.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync(Fine)).ExpectNone("t_pkey");
    }

    [Fact]
    public async Task A_full_table_is_fine_also_with_room_left_on_purpose()
    {
        await using var audited = await AuditCase.CreateAsync(Full.Replace("(autovacuum", "(fillfactor = 40, autovacuum", StringComparison.Ordinal));
        await audited.Database.ExecuteAsync("VACUUM ANALYZE t");
        (await audited.CheckAsync(Fine)).ExpectOk();
        (await audited.CheckAsync("V4")).ExpectOk();
    }

    [Fact]
    public async Task Who_may_not_read_the_table_sees_no_statistics_of_it()
    {
        await using var audited = await AuditCase.CreateAsync(Full);
        await audited.Database.ExecuteAsync("VACUUM ANALYZE t");
        var monitor = await audited.CreateRoleAsync("GRANT pg_monitor TO {0}");
        (await audited.CheckAsync(Fine, user: monitor)).ExpectSkipped($"GRANT SELECT ON public.t TO {monitor}");
    }
}
