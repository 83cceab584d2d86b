using Npgsql;

namespace Nexus.Audit.Tests.Checks;

public sealed class S1Tests
{
    private const string Trades = "CREATE TABLE trades (id int PRIMARY KEY); INSERT INTO trades VALUES (1)";

    [Fact]
    public async Task A_superuser_at_work_is_critical_until_it_is_none()
    {
        await using var audited = await AuditCase.CreateAsync(Trades);
        var app = await audited.CreateRoleAsync("ALTER ROLE {0} SUPERUSER", "GRANT SELECT ON trades TO {0}");
        var finding = (await WorkAsync(audited, app)).ExpectFinding(AuditSeverity.Critical, app);
        Assert.Contains(finding.Evidence, evidence => evidence is { Name: "application", Words: "bot" });
        (await audited.CheckAsync("S1")).ExpectFinding(AuditSeverity.High, app); // not at work now, but granted
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await WorkAsync(audited, app)).ExpectOk();
    }

    [Fact]
    public async Task BYPASSRLS_is_high_and_an_owner_medium_or_low()
    {
        await using var audited = await AuditCase.CreateAsync(Trades);
        var bypassing = await audited.CreateRoleAsync("ALTER ROLE {0} BYPASSRLS", "GRANT SELECT ON trades TO {0}");
        (await WorkAsync(audited, bypassing)).ExpectFinding(AuditSeverity.High, bypassing);
        await audited.Database.ExecuteAsync($"ALTER ROLE {bypassing} NOBYPASSRLS; REVOKE SELECT ON trades FROM {bypassing}");
        var owner = await audited.CreateRoleAsync("ALTER TABLE trades OWNER TO {0}");
        (await WorkAsync(audited, owner)).ExpectFinding(AuditSeverity.Low, owner);
        await audited.Database.ExecuteAsync($"GRANT SELECT ON trades TO {bypassing}");
        (await WorkAsync(audited, owner)).ExpectFinding(AuditSeverity.Medium, owner);
    }

    [Fact]
    public async Task A_role_with_rights_on_its_tables_is_fine_and_so_is_psql()
    {
        await using var audited = await AuditCase.CreateAsync(Trades);
        var app = await audited.CreateRoleAsync("GRANT SELECT ON trades TO {0}");
        (await WorkAsync(audited, app, user: app)).ExpectOk();
        (await WorkAsync(audited, audited.Database.Cluster.User, "psql")).ExpectOk();
    }

    private static async Task<CheckResult> WorkAsync(AuditCase audited, string role, string application = "bot", string? user = null)
    {
        await using var source = NpgsqlDataSource.Create(audited.Database.Cluster.ConnectionString(audited.Database.Name, role)
            + $";Application Name={application}");
        return await audited.CheckAsync("S1", async _ =>
        {
            await using var command = source.CreateCommand("SELECT id FROM trades");
            await command.ExecuteScalarAsync();
            await Task.Delay(10);
        }, TimeSpan.FromMilliseconds(300), user);
    }
}
