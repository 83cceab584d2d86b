namespace Nexus.Audit.Tests.Checks;

public sealed class V1Tests
{
    private const string Deleted = """
        CREATE TABLE t (id int PRIMARY KEY) WITH (autovacuum_enabled = false);
        INSERT INTO t SELECT generate_series(1, 30000);
        DELETE FROM t WHERE id % 2 = 0;
        """;

    [Fact]
    public async Task Many_dead_rows_are_medium_and_high_once_vacuum_is_overdue_and_the_fix_removes_them()
    {
        await using var audited = await AuditCase.CreateAsync(Deleted);
        var finding = (await audited.CheckAsync("V1")).ExpectFinding(AuditSeverity.Medium, "public.t");
        Assert.Equal(15_000, finding.Number("deadRows"));
        (await audited.CheckAsync(new V1DeadRows(TimeSpan.Zero))).ExpectFinding(AuditSeverity.High, "public.t");
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("V1")).ExpectOk();
        foreach (var sql in finding.Fix.Rollback) await audited.Database.ExecuteAsync(sql);
        Assert.Equal("{autovacuum_enabled=false}",
            await audited.Database.ScalarAsync<string>("SELECT reloptions::text FROM pg_class WHERE relname = 't'"));
    }

    [Fact]
    public async Task A_few_dead_rows_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE t (id int PRIMARY KEY) WITH (autovacuum_enabled = false);
            INSERT INTO t SELECT generate_series(1, 30000);
            DELETE FROM t WHERE id % 20 = 0;
            """);
        (await audited.CheckAsync("V1")).ExpectOk();
    }
}
