using Nexus.TestKit;

namespace Nexus.Audit.Tests.Checks;

public sealed class K4Tests
{
    [Fact]
    public async Task A_server_that_does_not_flush_or_check_is_found()
    {
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Settings = new Dictionary<string, string> { ["full_page_writes"] = "off" } });
        await using var audited = await AuditCase.CreateAsync(cluster: cluster, statements: false);
        var result = await audited.CheckAsync("K4");
        result.ExpectFinding(AuditSeverity.Critical, "fsync");
        result.ExpectFinding(AuditSeverity.Critical, "full_page_writes");
        result.ExpectFinding(AuditSeverity.Low, "data_checksums");
    }

    [Fact]
    public async Task A_server_that_does_both_is_fine()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Fsync = true });
        await cluster.StopAsync();
        var (exitCode, _, error) = await ChildProcess.RunAsync(cluster.Binaries["pg_checksums"], ["--enable", "-D", cluster.DataFolder]);
        Assert.True(exitCode == 0, error);
        await cluster.RestartAsync();
        await using var audited = await AuditCase.CreateAsync(cluster: cluster, statements: false);
        (await audited.CheckAsync("K4")).ExpectOk();
    }
}
