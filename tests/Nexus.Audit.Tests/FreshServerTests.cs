using System.Globalization;
using Nexus.TestKit;

namespace Nexus.Audit.Tests;

/// <summary>
/// A new server with its defaults and PostgreSQL's own benchmark on it gives no alarm: independent transactions of many users, prepared, over
/// connections that stay.
/// </summary>
public sealed class FreshServerTests
{
    [Fact]
    public async Task A_new_server_with_pgbench_has_no_high_finding_and_a_high_score()
    {
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions
            {
                Fsync = true,
                Settings = new Dictionary<string, string> { ["shared_preload_libraries"] = "pg_stat_statements" },
            });
        await using var audited = await AuditCase.CreateAsync(cluster: cluster);
        await PgbenchAsync(cluster, audited.Database.Name, "-i", "-s", "10", "-q");
        var load = PgbenchAsync(cluster, audited.Database.Name, "-M", "prepared", "-c", "10", "-j", "2", "-R", "300", "-T", "15");
        await Eventually.TrueAsync(async () => await audited.Database.ScalarAsync<long>("SELECT count(*) FROM pgbench_history") > 100);
        var result = await audited.AuditAsync(window: TimeSpan.FromSeconds(6), user: await audited.CreateRoleAsync("GRANT pg_monitor TO {0}"));
        await load;

        var found = string.Join("\n", result.Checks
            .SelectMany(check => check.Findings.Select(finding => $"{finding.Severity} {check.Check.Id} {finding.Object}: {finding.Found.En}")));
        Assert.True(result.Worst < AuditSeverity.High, found);
        Assert.Empty(result.Checks.Single(check => check.Check.Id == "W1").Findings);
        Assert.True(result.Score >= 90, $"{result.Score}\n{found}");
    }

    private static async Task PgbenchAsync(PostgresCluster cluster, string database, params string[] arguments)
    {
        var (exitCode, output, error) = await ChildProcess.RunAsync(
            cluster.Binaries["pgbench"], [.. arguments, "-h", cluster.Host, "-p", cluster.Port.ToString(CultureInfo.InvariantCulture), "-U",
                cluster.User, database]);
        Assert.True(exitCode == 0, output + error);
    }
}
