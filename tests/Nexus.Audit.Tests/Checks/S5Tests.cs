using Nexus.TestKit;

namespace Nexus.Audit.Tests.Checks;

public sealed class S5Tests
{
    [Fact]
    public async Task Rules_without_or_with_badly_kept_passwords_are_found()
    {
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Settings = new Dictionary<string, string> { ["password_encryption"] = "md5" } });
        // Read as the file is now: no reload, so that nothing of it comes into force.
        await File.AppendAllTextAsync(Path.Combine(cluster.DataFolder, "pg_hba.conf"),
            "host all all 0.0.0.0/0 trust\nhost app all 10.0.0.0/8 md5\nhostssl all certified 0.0.0.0/0 trust clientcert=verify-full\nhost all "
            + "all 10.1.0.0/16 password\nhost all all all scram-sha-256\n");
        await using var audited = await AuditCase.CreateAsync("CREATE ROLE old_login LOGIN PASSWORD 'not shown'", cluster, statements: false);
        var result = await audited.CheckAsync("S5");
        result.ExpectFinding(AuditSeverity.Critical, "0.0.0.0 0.0.0.0 trust");
        Assert.Equal(1, result.ExpectFinding(AuditSeverity.High, "10.0.0.0 255.0.0.0 md5").Number("md5Passwords"));
        result.ExpectFinding(AuditSeverity.High, "10.1.0.0 255.255.0.0 password");
        result.ExpectFinding(AuditSeverity.High, "setting password_encryption");
        result.ExpectNone("certified");
        result.ExpectNone("scram");
        await audited.Database.ExecuteAsync("SET password_encryption = 'scram-sha-256'; ALTER ROLE old_login PASSWORD 'not shown either'");
        (await audited.CheckAsync("S5")).ExpectFinding(AuditSeverity.Low, "10.0.0.0 255.0.0.0 md5");
    }

    [Fact]
    public async Task SCRAM_for_everybody_is_fine_and_who_may_not_read_the_rules_is_told()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Password = "only for this test" });
        await using var audited = await AuditCase.CreateAsync("CREATE ROLE reader LOGIN PASSWORD 'reading'; GRANT pg_monitor TO reader", cluster,
            statements: false);
        (await audited.CheckAsync("S5")).ExpectOk();
        await File.AppendAllTextAsync(Path.Combine(cluster.DataFolder, "pg_hba.conf"), "local all all trust\n");
        (await audited.CheckAsync("S5")).ExpectFinding(AuditSeverity.Info, "pg_hba trust on this machine");
    }

    [Fact]
    public async Task A_monitoring_role_is_told_what_it_needs()
    {
        await using var audited = await AuditCase.CreateAsync();
        var user = await audited.CreateRoleAsync("GRANT pg_monitor TO {0}");
        var result = await audited.CheckAsync("S5", user: user);
        result.ExpectSkipped("pg_hba_file_rules");
        await audited.Database.ExecuteAsync(result.NotSeen[0].Grant!);
        Assert.Equal(AuditSeverity.Info, (await audited.CheckAsync("S5", user: user)).Severity);
    }
}
