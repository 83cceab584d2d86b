namespace Nexus.Audit.Tests.Checks;

public sealed class K1Tests
{
    [Fact]
    public async Task What_is_not_logged_is_found_and_what_is_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync();
        var result = await audited.CheckAsync("K1");
        foreach (var setting in (string[])["log_min_duration_statement", "log_lock_waits", "log_temp_files"]) result.ExpectFinding(AuditSeverity.Low,
            setting);

        await audited.Database.ExecuteAsync($"""
            ALTER DATABASE {audited.Database.Name} SET log_min_duration_statement = '500ms';
            ALTER DATABASE {audited.Database.Name} SET log_lock_waits = on;
            ALTER DATABASE {audited.Database.Name} SET log_temp_files = 0;
            """);
        (await audited.CheckAsync("K1")).ExpectOk();
        var user = await audited.CreateRoleAsync();
        (await audited.CheckAsync("K1", user: user)).ExpectOk();
    }
}
