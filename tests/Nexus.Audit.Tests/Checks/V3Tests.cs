namespace Nexus.Audit.Tests.Checks;

public sealed class V3Tests
{
    [Fact]
    public async Task A_database_past_the_threshold_is_found_with_its_oldest_tables()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int); CREATE TABLE u (id int)");
        for (var i = 0; i < 20; i++) await audited.Database.ExecuteAsync("INSERT INTO t VALUES (1)");
        var finding = (await audited.CheckAsync(new V3TransactionAge(new Thresholds(5, 1e9, 1.4e9)))).ExpectFinding(AuditSeverity.Medium,
            audited.Database.Name);
        Assert.True(finding.Number("transactionAge") >= 20);
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
    }

    [Fact]
    public async Task A_young_database_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync();
        (await audited.CheckAsync("V3")).ExpectOk();
    }

    [Theory]
    [InlineData(499e6, null)]
    [InlineData(500e6, AuditSeverity.Medium)]
    [InlineData(1e9, AuditSeverity.High)]
    [InlineData(1.4e9, AuditSeverity.Critical)]
    public void Severity_goes_by_age(double age, object? expected) =>
        Assert.Equal((AuditSeverity?)expected, new Thresholds(500e6, 1e9, 1.4e9).Judge(age));
}
