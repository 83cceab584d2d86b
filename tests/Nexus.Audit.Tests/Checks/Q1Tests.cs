using Nexus.TestKit;
using Npgsql;

namespace Nexus.Audit.Tests.Checks;

public sealed class Q1Tests
{
    private const string Tables = """
        CREATE TABLE users (id int PRIMARY KEY, role text);
        CREATE TABLE sessions (chat_id int PRIMARY KEY, user_id int REFERENCES users, config jsonb);
        INSERT INTO users SELECT i, 'user' FROM generate_series(1, 1000) i;
        INSERT INTO sessions SELECT i, i, '{}' FROM generate_series(1, 1000) i;
        ANALYZE;
        """;

    private const string Query = "SELECT s.config, u.role FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.chat_id = $1";

    [Fact]
    public async Task Statements_that_are_planned_each_time_are_found()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        var id = 0;
        var finding = (await audited.CheckAsync("Q1",
            stop => audited.Database.ScalarAsync<string>(Query, id++ % 1000))).ExpectFinding(AuditSeverity.High, "role postgres");
        Assert.InRange(finding.Number("plansPerCall"), 0.99, 1.01);
        Assert.True(finding.Number("planningShare") > 30);
    }

    [Fact]
    public async Task The_same_statements_prepared_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        await using var pool = NpgsqlDataSource.Create(audited.Database.ConnectionString + ";Max Auto Prepare=100;Auto Prepare Min Usages=2");
        var id = 0;
        (await audited.CheckAsync("Q1", async stop =>
        {
            await using var command = pool.CreateCommand(Query);
            command.Parameters.Add(new NpgsqlParameter { Value = id++ % 1000 });
            await command.ExecuteScalarAsync(CancellationToken.None);
        })).ExpectOk();
    }

    [Fact]
    public async Task A_role_that_prepares_and_of_which_the_server_plans_one_statement_each_time_is_low()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        await using var pool = NpgsqlDataSource.Create(audited.Database.ConnectionString + ";Max Auto Prepare=100;Auto Prepare Min Usages=2");
        var id = 0;
        var finding = (await audited.CheckAsync("Q1", async stop =>
        {
            await using var prepared = pool.CreateCommand(Query);
            prepared.Parameters.Add(new NpgsqlParameter { Value = id++ % 1000 });
            await prepared.ExecuteScalarAsync(CancellationToken.None);
            await audited.Database.ScalarAsync<string>("SELECT role FROM users WHERE id = $1", id % 1000 + 1);
        })).ExpectFinding(AuditSeverity.Low);
        Assert.Equal(AuditConfidence.Inferred, finding.Confidence);
    }

    [Fact]
    public async Task Without_counted_plans_values_in_the_text_give_it_away_and_nothing_else_does()
    {
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Settings = new Dictionary<string, string> { ["shared_preload_libraries"] = "pg_stat_statements" } });
        await using var audited = await AuditCase.CreateAsync(Tables, cluster);
        var id = 0;
        var finding = (await audited.CheckAsync("Q1",
            stop => audited.Database.ScalarAsync<string>($"SELECT config::text FROM sessions WHERE chat_id = {id++ % 1000}"))).ExpectFinding(
                AuditSeverity.Medium);
        Assert.Equal(AuditConfidence.Inferred, finding.Confidence);

        (await audited.CheckAsync("Q1", stop => audited.Database.ScalarAsync<string>(Query, id++ % 1000))).ExpectSkipped("track_planning");
    }
}
