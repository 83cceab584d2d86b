namespace Nexus.Audit.Tests.Checks;

public sealed class S6Tests
{
    [Fact]
    public async Task A_definer_function_without_a_path_is_found_and_its_fix_helps()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE SCHEMA app;
            CREATE FUNCTION app.grant_access(chat text, "Level" int DEFAULT 1) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
            CREATE PROCEDURE app.purge() LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN END';
            """);
        var result = await audited.CheckAsync("S6", user: await audited.CreateRoleAsync());
        result.ExpectFinding(AuditSeverity.Medium, "app.grant_access(text,integer)");
        result.ExpectFinding(AuditSeverity.Medium, "app.purge()");
        foreach (var sql in result.Findings.SelectMany(finding => finding.Fix.Sql)) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("S6")).ExpectOk();
        foreach (var sql in result.Findings.SelectMany(finding => finding.Fix.Rollback)) await audited.Database.ExecuteAsync(sql);
        Assert.Equal(2, (await audited.CheckAsync("S6")).Findings.Count);
    }

    [Fact]
    public async Task Others_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE FUNCTION invoker() RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE FUNCTION fixed() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT 1';
            CREATE FUNCTION bound() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1;
            """);
        (await audited.CheckAsync("S6")).ExpectOk();
    }
}
