namespace Nexus.Audit.Tests.Checks;

public sealed class K2Tests
{
    [Fact]
    public async Task A_role_at_work_without_limits_is_low_until_its_fix_is_applied()
    {
        await using var audited = await AuditCase.CreateAsync();
        var role = await audited.CreateRoleAsync();
        await using var connection = await audited.ConnectAsync("bot", role);
        var finding = (await audited.CheckAsync("K2")).ExpectFinding(AuditSeverity.Low, role);
        Assert.Equal(2, finding.Fix.Sql.Count);
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("K2")).ExpectNone($"role {role}");
        foreach (var sql in finding.Fix.Rollback) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("K2")).ExpectFinding(AuditSeverity.Low, role);
    }

    [Fact]
    public async Task A_role_that_may_connect_but_does_not_is_low_too()
    {
        await using var audited = await AuditCase.CreateAsync();
        var role = await audited.CreateRoleAsync();
        var finding = (await audited.CheckAsync("K2")).ExpectFinding(AuditSeverity.Low, "other roles");
        Assert.True(finding.Number("roles") >= 1);
        Assert.NotEmpty(role);
    }

    [Fact]
    public async Task Limits_of_the_database_are_enough_for_every_role()
    {
        await using var audited = await AuditCase.CreateAsync();
        await audited.Database.ExecuteAsync(
            $"ALTER DATABASE {audited.Database.Name} SET statement_timeout = '30s'; ALTER DATABASE {audited.Database.Name} SET "
            + "idle_in_transaction_session_timeout = '1min'");
        var role = await audited.CreateRoleAsync();
        await using var connection = await audited.ConnectAsync("bot", role);
        (await audited.CheckAsync("K2")).ExpectOk();
    }

    [Fact]
    public async Task Who_is_exempt_on_purpose_is_not_reported_and_a_limit_that_is_set_is_not_changed()
    {
        await using var audited = await AuditCase.CreateAsync();
        var name = audited.Database.Name;
        await audited.Database.ExecuteAsync($"ALTER DATABASE {name} SET statement_timeout = '5s'; "
            + $"ALTER DATABASE {name} SET idle_in_transaction_session_timeout = 0");
        var dumps = await audited.CreateRoleAsync("ALTER ROLE {0} SET statement_timeout = 0",
            "ALTER ROLE {0} SET idle_in_transaction_session_timeout = '1min'");
        var plain = await audited.CreateRoleAsync();
        var finding = (await audited.CheckAsync("K2")).ExpectFinding(AuditSeverity.Low, "other roles");
        Assert.Contains(plain, finding.Found.En, StringComparison.Ordinal);
        Assert.DoesNotContain(dumps, finding.Found.En, StringComparison.Ordinal);
        Assert.Equal([$"ALTER DATABASE {name} SET idle_in_transaction_session_timeout = '60s'"], finding.Fix.Sql);
        Assert.Equal([$"ALTER DATABASE {name} SET idle_in_transaction_session_timeout = '0'"], finding.Fix.Rollback);
    }

    [Fact]
    public async Task Undoing_it_leaves_no_setting_behind_that_the_role_has_elsewhere()
    {
        await using var audited = await AuditCase.CreateAsync();
        var role = await audited.CreateRoleAsync("ALTER ROLE {0} SET statement_timeout = 0");
        await using var connection = await audited.ConnectAsync("bot", role);
        var finding = (await audited.CheckAsync("K2")).ExpectFinding(AuditSeverity.Low, role);
        foreach (var sql in finding.Fix.Sql.Concat(finding.Fix.Rollback)) await audited.Database.ExecuteAsync(sql);
        Assert.Equal(0, await audited.Database.ScalarAsync<long>("SELECT count(*) FROM pg_db_role_setting WHERE setrole = $1::regrole "
            + "AND setdatabase <> 0", role));
    }
}
