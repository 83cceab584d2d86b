using Nexus.TestKit;

namespace Nexus.Audit.Tests.Checks;

public sealed class K3Tests
{
    [Fact]
    public async Task A_young_server_is_fine_and_one_whose_checkpoints_are_requested_is_found()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Settings = AuditCase.Settings });
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int)", cluster);
        (await audited.CheckAsync("K3")).ExpectOk();
        for (var i = 0; i < 8; i++)
        {
            await audited.Database.ExecuteAsync("INSERT INTO t VALUES (1)");
            await audited.Database.ExecuteAsync("CHECKPOINT");
        }
        await Eventually.TrueAsync(async () => await audited.Database.ScalarAsync<long>("SELECT checkpoints_req FROM pg_stat_bgwriter") >= 8);
        var finding = (await audited.CheckAsync("K3")).ExpectFinding(AuditSeverity.Medium, "max_wal_size");
        Assert.Contains("'2048MB'", finding.Fix.Sql[0], StringComparison.Ordinal);
    }
}
