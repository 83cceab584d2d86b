namespace Nexus.Audit.Tests.Checks;

public sealed class J1Tests
{
    private const string Fixed = """
        CREATE TABLE sessions (chat_id text PRIMARY KEY, config jsonb NOT NULL);
        INSERT INTO sessions SELECT i, jsonb_build_object('mode', 'PILOT', 'leverage', i, 'stop_loss', 0.02, 'trailing', i % 2 = 0, 'note', CASE
            WHEN i % 3 = 0 THEN NULL ELSE 'n' END, 'groups', '{"a":true}'::jsonb) FROM generate_series(1, 400) i;
        ANALYZE;
        """;

    [Fact]
    public async Task A_document_with_the_same_keys_everywhere_is_medium_and_high_once_it_is_asked()
    {
        await using var audited = await AuditCase.CreateAsync(Fixed);
        var finding = (await audited.CheckAsync("J1")).ExpectFinding(AuditSeverity.Low, "public.sessions.config");
        Assert.Equal(6, finding.Number("fixedKeys"));
        Assert.Equal(6, finding.Number("keys"));
        Assert.Equal(400, finding.Number("sampledRows"));
        Assert.Contains(finding.Evidence, evidence => evidence.Name == "keyNames" && evidence.Words!.Contains("leverage", StringComparison.Ordinal));
        await audited.Database.ExecuteAsync("SELECT config ->> 'mode' FROM sessions");
        (await audited.CheckAsync("J1")).ExpectFinding(AuditSeverity.Medium, "public.sessions.config");
    }

    [Fact]
    public async Task Its_statements_work_and_can_be_undone()
    {
        await using var audited = await AuditCase.CreateAsync(Fixed);
        var fix = (await audited.CheckAsync("J1")).ExpectFinding().Fix;
        Assert.False(fix.CanApply);
        foreach (var sql in fix.Sql) await audited.Database.ExecuteAsync(sql);
        Assert.Equal(7m, await audited.Database.ScalarAsync<decimal>("SELECT config_leverage FROM sessions WHERE chat_id = '7'"));
        (await audited.CheckAsync("J1")).ExpectFinding(AuditSeverity.Info); // taken out where it is asked for
        foreach (var sql in fix.Rollback) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("J1")).ExpectFinding(AuditSeverity.Low);
    }

    [Fact]
    public async Task A_large_table_is_sampled_and_gets_plain_columns()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE sessions (id int, config jsonb);
            INSERT INTO sessions SELECT i, '{"a":1,"b":"x","c":true,"d":[]}' FROM generate_series(1, 150000) i;
            ANALYZE;
            """);
        var finding = (await audited.CheckAsync("J1")).ExpectFinding(AuditSeverity.Low);
        Assert.InRange(finding.Number("sampledRows"), 500, 1000);
        Assert.DoesNotContain(finding.Fix.Sql, sql => sql.Contains("GENERATED", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("INSERT INTO docs SELECT i, jsonb_build_object('k' || i, i) FROM generate_series(1, 400) i")] // keys are data
    // two types
    [InlineData(
        "INSERT INTO docs SELECT i, jsonb_build_object('a', CASE WHEN i % 2 = 0 THEN to_jsonb(i) ELSE to_jsonb('s'::text) END) FROM "
        + "generate_series(1, 400) i")]
    [InlineData("INSERT INTO docs SELECT i, jsonb_build_object('a', 1, 'b' || i % 9, 1) FROM generate_series(1, 400) i")]
    [InlineData("INSERT INTO docs SELECT i, '{\"a\":1,\"b\":2,\"c\":3,\"d\":4}' FROM generate_series(1, 150) i")] // few rows
    [InlineData("INSERT INTO docs SELECT i, '[1,2]' FROM generate_series(1, 400) i")]
    [InlineData("INSERT INTO docs SELECT i, NULL FROM generate_series(1, 400) i")]
    // as the exchange sent it
    [InlineData(
        "ALTER TABLE docs RENAME config TO raw_response; INSERT INTO docs SELECT i, '{\"a\":1,\"b\":2,\"c\":3,\"d\":4}' FROM generate_series(1, "
        + "400) i")]
    public async Task Others_are_fine(string rows)
    {
        await using var audited = await AuditCase.CreateAsync($"CREATE TABLE docs (id int, config jsonb); {rows}; ANALYZE");
        (await audited.CheckAsync("J1")).ExpectOk();
    }

    [Fact]
    public async Task Three_keys_are_low()
    {
        await using var audited = await AuditCase.CreateAsync(
            "CREATE TABLE users (id int, groups jsonb); INSERT INTO users SELECT i, '{\"CRYPTO\":true,\"STOCKS\":false,\"ETFS\":true}' FROM "
            + "generate_series(1, 400) i; ANALYZE");
        (await audited.CheckAsync("J1")).ExpectFinding(AuditSeverity.Low);
    }

    [Fact]
    public async Task Who_may_not_read_the_rows_is_told_what_is_missing()
    {
        await using var audited = await AuditCase.CreateAsync(Fixed);
        var user = await audited.CreateRoleAsync("GRANT pg_monitor TO {0}");
        var result = await audited.CheckAsync("J1", user: user);
        result.ExpectSkipped("GRANT SELECT ON public.sessions");
        await audited.Database.ExecuteAsync(result.NotSeen[0].Grant!);
        (await audited.CheckAsync("J1", user: user)).ExpectFinding(AuditSeverity.Low);
    }
}
