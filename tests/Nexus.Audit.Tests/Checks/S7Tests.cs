using Npgsql;

namespace Nexus.Audit.Tests.Checks;

public sealed class S7Tests
{
    private const string Sessions = "CREATE TABLE sessions (chat_id text PRIMARY KEY, config text); CREATE TABLE symbols (name text PRIMARY KEY);";

    [Fact]
    public async Task A_table_of_tenants_that_two_roles_read_is_medium_and_its_policy_helps()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions + "INSERT INTO sessions VALUES ('1', 'a'), ('2', 'b')");
        var bot = await audited.CreateRoleAsync("GRANT SELECT ON sessions, symbols TO {0}");
        var report = await audited.CreateRoleAsync("GRANT SELECT ON sessions, symbols TO {0}");
        var result = await audited.CheckAsync("S7", user: report);
        var finding = result.ExpectFinding(AuditSeverity.Medium, "public.sessions");
        Assert.Equal(2, finding.Number("roles"));
        result.ExpectNone("symbols");
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("S7")).ExpectOk();
        await using (var source = NpgsqlDataSource.Create(audited.Database.Cluster.ConnectionString(audited.Database.Name, bot)))
        {
            await using var command = source.CreateCommand("SELECT set_config('app.tenant', '2', false); SELECT config FROM sessions");
            await using var reader = await command.ExecuteReaderAsync();
            await reader.NextResultAsync();
            Assert.True(await reader.ReadAsync());
            Assert.Equal("b", reader.GetString(0));
            Assert.False(await reader.ReadAsync());
        }
        foreach (var sql in finding.Fix.Rollback) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("S7")).ExpectFinding(AuditSeverity.Medium, "public.sessions");
    }

    [Fact]
    public async Task With_one_role_it_is_only_said()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions);
        await audited.CreateRoleAsync("GRANT SELECT ON sessions TO {0}");
        await audited.CreateRoleAsync("GRANT pg_read_all_data TO {0}"); // a dump's
        Assert.Equal(1, (await audited.CheckAsync("S7")).ExpectFinding(AuditSeverity.Info).Number("tables"));
    }

    [Fact]
    public async Task Policies_that_do_not_hold_for_the_owner_at_work_are_found()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions + "ALTER TABLE sessions ENABLE ROW LEVEL SECURITY");
        var owner = await audited.CreateRoleAsync("ALTER TABLE sessions OWNER TO {0}");
        await using var source = NpgsqlDataSource.Create(audited.Database.Cluster.ConnectionString(audited.Database.Name, owner));
        var finding = (await audited.CheckAsync("S7", async _ =>
        {
            await using var command = source.CreateCommand("SELECT count(*) FROM sessions");
            await command.ExecuteScalarAsync();
        }, TimeSpan.FromMilliseconds(300))).ExpectFinding(AuditSeverity.Medium, "public.sessions");
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("S7")).ExpectOk();
    }
}
