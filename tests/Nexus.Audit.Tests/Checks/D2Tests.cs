using Nexus.TestKit;

namespace Nexus.Audit.Tests.Checks;

public sealed class D2Tests
{
    [Fact]
    public async Task An_archive_command_that_fails_is_critical_and_one_that_works_again_is_fine()
    {
        await using var cluster = await ArchivingAsync("false");
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int)", cluster, statements: false);
        await SwitchAsync(audited);
        await Eventually.TrueAsync(async () => await audited.Database.ScalarAsync<long>("SELECT failed_count FROM pg_stat_archiver") > 0);
        (await audited.CheckAsync("D2", user: await audited.CreateRoleAsync())).ExpectFinding(AuditSeverity.Critical);
        Assert.True((await audited.CheckAsync("D2")).ExpectFinding(AuditSeverity.Critical).Number("waiting") >= 1);
    }

    [Fact]
    public async Task More_than_ten_segments_waiting_are_high()
    {
        // It neither works nor fails.
        await using var cluster = await ArchivingAsync("sleep 600");
        await using var audited = await AuditCase.CreateAsync(cluster: cluster, statements: false);
        var folder = Path.Combine(cluster.DataFolder, "pg_wal", "archive_status");
        for (var i = 0; i < 11; i++) await File.WriteAllTextAsync(Path.Combine(folder, $"0000000100000000000000{0xA0 + i:X2}.ready"), "");
        (await audited.CheckAsync("D2")).ExpectFinding(AuditSeverity.High);
        (await audited.CheckAsync("D2", user: await audited.CreateRoleAsync())).ExpectSkipped("GRANT pg_monitor");
    }

    [Fact]
    public async Task One_that_works_is_fine_and_so_is_none()
    {
        await using var cluster = await ArchivingAsync("true");
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int)", cluster, statements: false);
        await SwitchAsync(audited);
        await Eventually.TrueAsync(async () => await audited.Database.ScalarAsync<long>("SELECT archived_count FROM pg_stat_archiver") > 0);
        (await audited.CheckAsync("D2")).ExpectOk();
        await using var without = await AuditCase.CreateAsync();
        (await without.CheckAsync("D2")).ExpectOk();
    }

    private static Task<PostgresCluster> ArchivingAsync(string command) =>
        PostgresCluster.StartAsync(
            new PostgresClusterOptions { Settings = new Dictionary<string, string> { ["archive_mode"] = "on", ["archive_command"] = command } });

    private static Task<int> SwitchAsync(AuditCase audited) => audited.Database.ExecuteAsync("INSERT INTO t VALUES (1); SELECT pg_switch_wal()");
}
