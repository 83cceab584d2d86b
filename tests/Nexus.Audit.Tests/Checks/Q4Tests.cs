using Nexus.TestKit;

namespace Nexus.Audit.Tests.Checks;

public sealed class Q4Tests
{
    [Fact]
    public async Task Its_absence_is_found_and_the_fix_is_what_is_lacking()
    {
        await using var audited = await AuditCase.CreateAsync(statements: false);
        var finding = (await audited.CheckAsync("Q4")).ExpectFinding(AuditSeverity.Low);
        Assert.Equal(["CREATE EXTENSION pg_stat_statements"], finding.Fix.Sql);
        await audited.Database.ExecuteAsync(finding.Fix.Sql[0]);
        (await audited.CheckAsync("Q4")).ExpectOk();
        foreach (var id in (string[])["W1", "Q1", "Q2", "Q3"]) (await audited.CheckAsync(id)).ExpectOk();
    }

    [Fact]
    public async Task Without_it_the_checks_that_need_it_are_skipped()
    {
        await using var audited = await AuditCase.CreateAsync(statements: false);
        foreach (var id in (string[])["W1", "Q1", "Q2", "Q3"]) (await audited.CheckAsync(id)).ExpectSkipped("CREATE EXTENSION pg_stat_statements");
    }

    [Fact]
    public async Task A_server_that_did_not_load_it_is_told_to()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var audited = await AuditCase.CreateAsync("CREATE EXTENSION pg_stat_statements", cluster, statements: false);
        Assert.Contains("shared_preload_libraries", (await audited.CheckAsync("Q4")).ExpectFinding(AuditSeverity.Low).Fix.Sql[0],
            StringComparison.Ordinal);
        (await audited.CheckAsync("W1")).ExpectSkipped("shared_preload_libraries");
    }

    [Fact]
    public async Task More_statements_than_it_keeps_are_found()
    {
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Settings = new Dictionary<string, string>(AuditCase.Settings) { ["pg_stat_statements.max"] = "100" } });
        await using var audited = await AuditCase.CreateAsync(cluster: cluster);
        (await audited.CheckAsync("Q4")).ExpectOk();
        for (var columns = 1; columns < 300;
            columns++) await audited.Database.ExecuteAsync($"SELECT {string.Join(", ", Enumerable.Repeat("1", columns))}");
        (await audited.CheckAsync("Q4")).ExpectFinding(AuditSeverity.Low, "pg_stat_statements.max");
    }
}
