namespace Nexus.Audit.Tests.Checks;

public sealed class S3Tests
{
    [Fact]
    public async Task CREATE_for_PUBLIC_is_high_and_the_defaults_of_a_database_low()
    {
        await using var audited = await AuditCase.CreateAsync(
            "GRANT CREATE ON SCHEMA public TO PUBLIC; CREATE SCHEMA app; GRANT ALL ON SCHEMA app TO PUBLIC");
        var result = await audited.CheckAsync("S3", user: await audited.CreateRoleAsync());
        Assert.Equal(1, result.ExpectFinding(AuditSeverity.High, "schema public").Number("inSearchPath"));
        Assert.Equal(0, result.ExpectFinding(AuditSeverity.High, "schema app").Number("inSearchPath"));
        result.ExpectFinding(AuditSeverity.Low, $"database {audited.Database.Name}");
        foreach (var sql in result.Findings.SelectMany(finding => finding.Fix.Sql)) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("S3")).ExpectOk();
        foreach (var sql in result.Findings.SelectMany(finding => finding.Fix.Rollback)) await audited.Database.ExecuteAsync(sql);
        Assert.Equal(3, (await audited.CheckAsync("S3")).Findings.Count);
    }

    [Fact]
    public async Task A_new_database_of_PostgreSQL_15_has_the_low_one_only()
    {
        await using var audited = await AuditCase.CreateAsync();
        (await audited.CheckAsync("S3")).ExpectFinding(AuditSeverity.Low);
        await audited.Database.ExecuteAsync($"REVOKE ALL ON DATABASE {audited.Database.Name} FROM PUBLIC");
        (await audited.CheckAsync("S3")).ExpectOk();
    }
}
