using Nexus.TestKit;

namespace Nexus.Audit.Tests;

/// <summary>
/// Healthy databases of well-known applications, written from their published schemas, get a high score without any alarm, and a neglected one a
/// low score.
/// </summary>
public sealed class KnownApplicationsTests
{
    [Theory]
    [InlineData("mastodon")]
    [InlineData("gitea")]
    [InlineData("odoo")]
    [InlineData("keycloak")]
    public async Task A_healthy_application_scores_above_90(string application)
    {
        var result = await AuditOfAsync(application);
        Assert.True(result.Worst < AuditSeverity.High, Text(result));
        Assert.True(result.Score > 90, Text(result));
    }

    [Fact]
    public async Task A_neglected_one_scores_low()
    {
        var result = await AuditOfAsync("sick");
        Assert.True(result.Score < 40, Text(result));
        Assert.Equal(AuditSeverity.Critical, result.Worst);
    }

    private static async Task<AuditResult> AuditOfAsync(string application)
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions
        {
            Fsync = true,
            Settings = new Dictionary<string, string> { ["shared_preload_libraries"] = "pg_stat_statements" },
        });
        await using var audited = await AuditCase.CreateAsync(await ReadAsync(application), cluster);
        await audited.Database.ExecuteAsync("ANALYZE");
        return await audited.AuditAsync(window: TimeSpan.FromSeconds(1),
            user: await audited.CreateRoleAsync("GRANT pg_monitor, pg_read_all_data TO {0}"));
    }

    private static async Task<string> ReadAsync(string application)
    {
        await using var stream = typeof(KnownApplicationsTests).Assembly.GetManifestResourceStream($"Application.{application}.sql")!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static string Text(AuditResult result) => $"{result.Score}\n" + string.Join("\n", result.Checks
        .SelectMany(check => check.Findings.Select(finding => $"{finding.Severity} {check.Check.Id} {finding.Object}: {finding.Found.En}")));
}
