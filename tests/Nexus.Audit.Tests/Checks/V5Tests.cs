using Nexus.TestKit;

namespace Nexus.Audit.Tests.Checks;

public sealed class V5Tests
{
    [Fact]
    public async Task A_small_table_without_autovacuum_is_medium_and_its_fix_helps()
    {
        await using var audited = await AuditCase.CreateAsync(
            "CREATE TABLE t (id int) WITH (autovacuum_enabled = off, fillfactor = 90); CREATE TABLE u (id int) WITH (autovacuum_enabled = on)");
        var result = await audited.CheckAsync("V5");
        var finding = result.ExpectFinding(AuditSeverity.Medium, "public.t");
        result.ExpectNone("public.u");
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("V5")).ExpectOk();
    }

    [Fact]
    public async Task A_server_without_autovacuum_is_critical()
    {
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Settings = new Dictionary<string, string> { ["autovacuum"] = "off" } });
        await using var audited = await AuditCase.CreateAsync(cluster: cluster, statements: false);
        (await audited.CheckAsync("V5")).ExpectFinding(AuditSeverity.Critical, "setting autovacuum");
    }
}
