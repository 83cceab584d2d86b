using Nexus.TestKit;

namespace Nexus.Audit.Tests.Checks;

public sealed class C4Tests
{
    private static AuditCheck Impatient => new C4XminHolders(new Thresholds(0.2, 60, 600), new Thresholds(5, 1e6, 1e7));

    [Fact]
    public async Task A_snapshot_that_is_held_is_found_and_one_step_lower_for_a_dump()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int)");
        await using var report = await audited.ConnectAsync("report");
        await AuditCase.ExecuteAsync(report, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM t");
        await using var dump = await audited.ConnectAsync("pg_dump");
        await AuditCase.ExecuteAsync(dump, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM t");
        await Task.Delay(400);
        var result = await audited.CheckAsync(Impatient);
        result.ExpectFinding(AuditSeverity.Medium, "report");
        result.ExpectFinding(AuditSeverity.Low, "pg_dump");
    }

    [Fact]
    public async Task A_transaction_that_holds_no_snapshot_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int)");
        await using var connection = await audited.ConnectAsync();
        // The driver leaves the portal of the last statement open until the next one, and a query's holds a snapshot.
        await AuditCase.ExecuteAsync(connection, "BEGIN; SELECT * FROM t; SET LOCAL work_mem = '4MB'");
        await Task.Delay(400);
        (await audited.CheckAsync(Impatient)).ExpectOk();
    }

    [Fact]
    public async Task A_prepared_transaction_is_found()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int)");
        await using var connection = await audited.ConnectAsync();
        var gid = $"orders {audited.Database.Name}";
        await AuditCase.ExecuteAsync(connection, $"BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION '{gid}'");
        await Task.Delay(400);
        try
        {
            Assert.Equal([$"ROLLBACK PREPARED '{gid}'"], (await audited.CheckAsync(Impatient)).ExpectFinding(AuditSeverity.Medium, gid).Fix.Sql);
        }
        finally
        {
            await AuditCase.ExecuteAsync(connection, $"ROLLBACK PREPARED '{gid}'");
        }
    }

    [Fact]
    public async Task A_slot_that_stays_behind_is_found()
    {
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Settings = new Dictionary<string, string>(AuditCase.Settings) { ["wal_level"] = "logical" } });
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int)", cluster);
        await audited.Database.ExecuteAsync("SELECT pg_create_logical_replication_slot('forgotten', 'test_decoding')");
        (await audited.CheckAsync(new C4XminHolders())).ExpectOk();
        for (var i = 0; i < 10; i++) await audited.Database.ExecuteAsync("INSERT INTO t VALUES (1)");
        Assert.Contains("pg_drop_replication_slot('forgotten')",
            (await audited.CheckAsync(Impatient)).ExpectFinding(AuditSeverity.Medium, "slot forgotten").Fix.Sql[0], StringComparison.Ordinal);
        await audited.Database.ExecuteAsync("SELECT pg_drop_replication_slot('forgotten')");
    }
}
