using Nexus.TestKit;
using Npgsql;

namespace Nexus.Audit.Tests.Checks;

public sealed class D1Tests
{
    [Fact]
    public async Task Without_any_trace_it_says_that_it_does_not_know_and_names_the_program_that_it_saw()
    {
        await using var audited = await AuditCase.CreateAsync();
        var finding = (await audited.CheckAsync("D1", user: await audited.CreateRoleAsync())).ExpectFinding(AuditSeverity.Info);
        Assert.Equal(AuditConfidence.Unknown, finding.Confidence);
        await using var source = NpgsqlDataSource.Create(audited.Database.ConnectionString + ";Application Name=pg_dump");
        finding = (await audited.CheckAsync("D1", async _ =>
        {
            await using var command = source.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync();
        }, TimeSpan.FromMilliseconds(300))).ExpectFinding(AuditSeverity.Info);
        Assert.Contains(finding.Evidence, evidence => evidence is { Name: "tool", Words: "pg_dump" });
    }

    [Fact]
    public async Task Archived_WAL_with_a_base_backup_is_fine_and_without_one_a_beginning()
    {
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Settings = new Dictionary<string, string> { ["archive_mode"] = "on", ["archive_command"] = "true" } });
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int)", cluster, statements: false);
        await audited.Database.ExecuteAsync("INSERT INTO t VALUES (1); SELECT pg_switch_wal()");
        await Eventually.TrueAsync(async () => await audited.Database.ScalarAsync<long>("SELECT archived_count FROM pg_stat_archiver") > 0);
        (await audited.CheckAsync("D1")).ExpectSkipped();
        using var folder = new TempFolder("base");
        var (exitCode, _, error) = await ChildProcess.RunAsync(cluster.Binaries["pg_basebackup"],
            ["-D", folder["backup"], "-d", cluster.Url("postgres"), "-X", "none", "--checkpoint=fast", "--no-sync"]);
        Assert.True(exitCode == 0, error);
        (await audited.CheckAsync("D1")).ExpectOk();
        (await audited.CheckAsync("D1", user: await audited.CreateRoleAsync())).ExpectSkipped("GRANT pg_monitor");
    }

    [Theory]
    [InlineData(25.0, true, null)]
    [InlineData(27.0, false, null)]
    [InlineData(27.0, true, AuditSeverity.Critical)]
    public void What_was_written_after_an_old_archive_is_lost(double hours, bool hasNewer, object? expected) =>
        Assert.Equal(expected, D1Backup.Judge(hours, hasNewer));
}
