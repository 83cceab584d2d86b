using Nexus.TestKit;

namespace Nexus.Audit.Tests.Checks;

public sealed class D3Tests
{
    [Fact]
    public async Task A_slot_that_nobody_reads_is_high_critical_once_it_keeps_much_and_dropping_it_helps()
    {
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Settings = new Dictionary<string, string> { ["max_wal_size"] = "32MB", ["min_wal_size"] = "32MB" } });
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (v text)", cluster, statements: false);
        await audited.Database.ExecuteAsync("SELECT pg_create_physical_replication_slot('standby_s', true)");
        (await audited.CheckAsync("D3", user: await audited.CreateRoleAsync())).ExpectFinding(AuditSeverity.High, "slot standby_s");
        for (var i = 0; i < 3; i++) await audited.Database.ExecuteAsync("INSERT INTO t VALUES ('x'); SELECT pg_switch_wal()");
        await audited.Database.ExecuteAsync("INSERT INTO t VALUES ('x')");
        var finding = (await audited.CheckAsync("D3")).ExpectFinding(AuditSeverity.Critical, "slot standby_s");
        Assert.True(finding.Number("bytes") > 32 * 1024 * 1024);
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("D3")).ExpectOk();
    }

    [Fact]
    public async Task A_slot_that_keeps_nothing_is_low()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var audited = await AuditCase.CreateAsync("SELECT pg_create_physical_replication_slot('unused')", cluster, statements: false);
        (await audited.CheckAsync("D3")).ExpectFinding(AuditSeverity.Low, "slot unused");
    }

    [Fact]
    public async Task A_slot_that_is_read_and_a_server_without_any_are_fine()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var audited = await AuditCase.CreateAsync(cluster: cluster, statements: false);
        (await audited.CheckAsync("D3")).ExpectOk();
        using var folder = new TempFolder("wal");
        await using var receiver = ChildProcess.Start(cluster.Binaries["pg_receivewal"],
            ["-D", folder.Path, "-d", cluster.Url("postgres"), "-S", "receiver", "--create-slot", "--if-not-exists"]);
        await receiver.WaitForExitAsync(TimeSpan.FromSeconds(30));
        await using var reading = ChildProcess.Start(cluster.Binaries["pg_receivewal"],
            ["-D", folder.Path, "-d", cluster.Url("postgres"), "-S", "receiver", "--no-loop"]);
        await Eventually.TrueAsync(async () => await audited.Database.ScalarAsync<bool>("SELECT active FROM pg_replication_slots"));
        (await audited.CheckAsync("D3")).ExpectOk();
        await reading.KillAsync();
    }
}
