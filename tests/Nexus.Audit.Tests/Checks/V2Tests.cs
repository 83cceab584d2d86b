namespace Nexus.Audit.Tests.Checks;

public sealed class V2Tests
{
    private const string Table =
        "CREATE TABLE t (id int PRIMARY KEY, x int) WITH (autovacuum_enabled = false); INSERT INTO t SELECT i, i FROM generate_series(1, 5000) i;";

    [Fact]
    public async Task A_table_that_was_never_analysed_is_found_and_its_fix_helps()
    {
        await using var audited = await AuditCase.CreateAsync(Table);
        var finding = (await audited.CheckAsync("V2")).ExpectFinding(AuditSeverity.Medium, "public.t");
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("V2")).ExpectOk();
    }

    [Fact]
    public async Task One_that_changed_much_since_is_found_and_one_that_changed_little_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Table);
        await audited.SettleAsync();
        await audited.Database.ExecuteAsync("ANALYZE t");
        await audited.Database.ExecuteAsync("UPDATE t SET x = 0 WHERE id <= 250");
        (await audited.CheckAsync("V2")).ExpectOk();
        await audited.Database.ExecuteAsync("UPDATE t SET x = 0 WHERE id > 3000");
        Assert.Equal(2250, (await audited.CheckAsync("V2")).ExpectFinding(AuditSeverity.Medium, "public.t").Number("changedRows"));
    }

    [Fact]
    public async Task What_autovacuum_has_not_had_the_time_for_is_low()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE t (id int PRIMARY KEY); ANALYZE t; INSERT INTO t SELECT generate_series(1, 5000);
            """);
        // Autovacuum leaves out what is locked against it.
        await using var holder = await audited.ConnectAsync();
        await AuditCase.ExecuteAsync(holder, "BEGIN; LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE");
        (await audited.CheckAsync("V2")).ExpectFinding(AuditSeverity.Low, "public.t");
    }

    [Fact]
    public async Task A_tiny_table_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync(
            "CREATE TABLE t (id int PRIMARY KEY) WITH (autovacuum_enabled = false); INSERT INTO t SELECT generate_series(1, 500)");
        (await audited.CheckAsync("V2")).ExpectOk();
    }
}
