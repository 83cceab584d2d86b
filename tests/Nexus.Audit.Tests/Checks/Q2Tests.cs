using Npgsql;

namespace Nexus.Audit.Tests.Checks;

public sealed class Q2Tests
{
    private const string Tables = """
        CREATE TABLE users (id int PRIMARY KEY, active bool);
        CREATE TABLE sessions (chat_id int PRIMARY KEY, config text);
        INSERT INTO users SELECT i, i <= 40 FROM generate_series(1, 1000) i;
        INSERT INTO sessions SELECT i, 'x' FROM generate_series(1, 1000) i;
        ANALYZE;
        """;

    [Fact]
    public async Task A_lookup_for_each_row_is_found_with_both_statements()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        // Long enough for several rounds on a machine that stands still for a second.
        var finding = (await audited.CheckAsync("Q2", stop => DispatchAsync(audited), TimeSpan.FromSeconds(12))).ExpectFinding(AuditSeverity.High);
        Assert.Equal(40, finding.Number("rowsPerParent"));
        Assert.Contains(finding.Evidence, evidence => evidence.Name == "statement"
            && evidence.Words!.Contains("FROM sessions", StringComparison.Ordinal));
        Assert.Contains(finding.Evidence, evidence => evidence.Name == "parent" && evidence.Words!.Contains("FROM users", StringComparison.Ordinal));
        Assert.Contains("chat_id = ANY($1)", finding.Fix.Advice.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_for_all_at_once_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        (await audited.CheckAsync("Q2", async stop =>
        {
            var ids = await audited.Database.QueryAsync<int>("SELECT id FROM users WHERE active");
            await audited.Database.QueryAsync<string>("SELECT config FROM sessions WHERE chat_id = ANY($1)", ids.ToArray());
        })).ExpectOk();
    }

    [Fact]
    public async Task Lookups_and_lists_that_have_nothing_to_do_with_each_other_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        var n = 0;
        (await audited.CheckAsync("Q2", async stop =>
        {
            if (n++ % 15 == 0) await audited.Database.QueryAsync<int>("SELECT id FROM users WHERE active");
            await audited.Database.QueryAsync<string>("SELECT config FROM sessions WHERE chat_id = $1", n % 1000);
        }, TimeSpan.FromSeconds(1.5))).ExpectOk();
    }

    [Fact]
    public async Task A_user_and_its_session_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        var n = 0;
        (await audited.CheckAsync("Q2", async stop =>
        {
            await audited.Database.QueryAsync<bool>("SELECT active FROM users WHERE id = $1", ++n % 1000 + 1);
            await audited.Database.QueryAsync<string>("SELECT config FROM sessions WHERE chat_id = $1", n % 1000 + 1);
        })).ExpectOk();
    }

    [Fact]
    public async Task As_few_lookups_as_a_list_has_rows_by_chance_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        var isDone = false;
        (await audited.CheckAsync("Q2", async stop =>
        {
            if (isDone)
            {
                await Task.Delay(50, stop);
                return;
            }
            isDone = true;
            for (var n = 0; n < 3; n++) await audited.Database.QueryAsync<int>("SELECT id FROM users WHERE id <= 7");
            for (var n = 0; n < 20; n++)
                await audited.Database.QueryAsync<string>("SELECT config FROM sessions WHERE chat_id = $1", n + 1);
        }, TimeSpan.FromSeconds(2))).ExpectOk();
    }

    private static async Task DispatchAsync(AuditCase audited)
    {
        var ids = await audited.Database.QueryAsync<int>("SELECT id FROM users WHERE active");
        // Together: on a machine that others keep busy, 40 round trips take a second, and the window has too few rounds to judge.
        await using var lookups = audited.Database.DataSource.CreateBatch();
        foreach (var id in ids)
        {
            lookups.BatchCommands.Add(new NpgsqlBatchCommand("SELECT config FROM sessions WHERE chat_id = $1")
            {
                Parameters = { new NpgsqlParameter<int> { TypedValue = id } },
            });
        }
        await lookups.ExecuteNonQueryAsync();
    }
}
