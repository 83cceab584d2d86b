namespace Nexus.Audit.Tests.Checks;

public sealed class J2Tests
{
    private const string Sessions = """
        CREATE TABLE sessions (chat_id text PRIMARY KEY, config jsonb NOT NULL);
        INSERT INTO sessions SELECT i, jsonb_build_object('mode', 'm' || i % 50, 'n', i, 'strategies', jsonb_build_object('s' || i % 20, true))
            FROM generate_series(1, 20000) i;
        ANALYZE;
        """;

    [Theory]
    [InlineData("SELECT chat_id FROM sessions WHERE config ->> 'mode' = $1", "m1", "->>", true)]
    // PREPARE cannot tell the type of its parameter
    [InlineData("SELECT chat_id FROM sessions s WHERE s.config @> jsonb_build_object('mode', $1::text)", "m1", "@>", false)]
    [InlineData("UPDATE sessions SET chat_id = chat_id WHERE config -> 'strategies' ? $1", "s1", "->>", true)]
    [InlineData("SELECT count(*) FROM sessions WHERE config ? $1 AND length(chat_id) < 3", "n", "?", true)]
    public async Task A_condition_that_reads_every_document_is_found(string sql, string value, string @operator, bool isPlanned)
    {
        await using var audited = await AuditCase.CreateAsync(Sessions);
        var finding = (await audited.CheckAsync("J2", _ => audited.Database.ExecuteAsync(sql, value))).ExpectFinding(AuditSeverity.High,
            $"public.sessions.config {@operator}");
        Assert.Equal(isPlanned ? AuditConfidence.Measured : AuditConfidence.Inferred, finding.Confidence);
        Assert.True(finding.Number("timeShare") >= 1);
    }

    [Fact]
    public async Task The_index_that_it_proposes_serves_containment()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions);
        const string sql = "SELECT chat_id FROM sessions WHERE config @> '{\"n\":7}'";
        await audited.Database.ExecuteAsync(sql);
        var finding = (await audited.CheckAsync("J2")).ExpectFinding(objectPart: "@>");
        Assert.True(finding.Fix.CanApply);
        foreach (var statement in finding.Fix.Sql) await audited.Database.ExecuteAsync(statement);
        (await audited.CheckAsync("J2", _ => audited.Database.ExecuteAsync(sql))).ExpectOk();
        foreach (var statement in finding.Fix.Rollback) await audited.Database.ExecuteAsync(statement);
        (await audited.CheckAsync("J2")).ExpectFinding(objectPart: "@>");
    }

    [Fact]
    public async Task A_GIN_index_does_not_serve_arrows_and_the_key_that_is_seen_becomes_a_generated_column()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions + "CREATE INDEX ON sessions USING gin (config)");
        var finding = (await audited.CheckAsync("J2",
            _ => audited.Database.ExecuteAsync("SELECT chat_id, pg_sleep(0.02) FROM sessions WHERE config ->> 'n' = '77'"))).ExpectFinding(
                AuditSeverity.High, "->>");
        Assert.Contains(finding.Evidence, evidence => evidence is { Name: "keys", Words: "n" });
        foreach (var statement in finding.Fix.Sql) await audited.Database.ExecuteAsync(statement);
        Assert.Equal("77", await audited.Database.ScalarAsync<string>("SELECT chat_id FROM sessions WHERE config_n = '77'"));
        foreach (var statement in finding.Fix.Rollback) await audited.Database.ExecuteAsync(statement);
    }

    [Fact]
    public async Task A_column_of_the_users_own_is_neither_indexed_in_its_place_nor_dropped()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions + "ALTER TABLE sessions ADD config_n text DEFAULT 'mine'");
        var finding = (await audited.CheckAsync("J2",
            _ => audited.Database.ExecuteAsync("SELECT chat_id, pg_sleep(0.02) FROM sessions WHERE config ->> 'n' = '77'"))).ExpectFinding(
                AuditSeverity.High, "->>");
        foreach (var statement in finding.Fix.Sql) await audited.Database.ExecuteAsync(statement);
        Assert.Equal("77", await audited.Database.ScalarAsync<string>("SELECT chat_id FROM sessions WHERE config_n_1 = '77'"));
        foreach (var statement in finding.Fix.Rollback) await audited.Database.ExecuteAsync(statement);
        Assert.Equal("mine", await audited.Database.ScalarAsync<string>("SELECT config_n FROM sessions LIMIT 1"));
    }

    [Fact]
    public async Task The_index_of_a_partitioned_table_is_built_as_the_server_can_and_undone_with_what_it_took_over()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE sessions (chat_id int, config jsonb NOT NULL) PARTITION BY RANGE (chat_id);
            CREATE TABLE sessions_1 PARTITION OF sessions FOR VALUES FROM (0) TO (10); CREATE TABLE sessions_2 PARTITION OF sessions DEFAULT;
            INSERT INTO sessions SELECT i, jsonb_build_object('n', i) FROM generate_series(1, 20000) i;
            CREATE INDEX own ON sessions_1 USING gin (config jsonb_path_ops); ANALYZE;
            """);
        await audited.Database.ExecuteAsync("SELECT chat_id FROM sessions WHERE config @> '{\"n\":7}'");
        var before = await audited.Database.DumpAsync("--schema-only");
        var finding = (await audited.CheckAsync("J2")).ExpectFinding(objectPart: "public.sessions.config @>");
        Assert.False(finding.Fix.CanApply);
        foreach (var statement in finding.Fix.Sql) await audited.Database.ExecuteAsync(statement);
        (await audited.CheckAsync("J2")).ExpectNone("public.sessions.config @>");
        foreach (var statement in finding.Fix.Rollback) await audited.Database.ExecuteAsync(statement);
        static IEnumerable<string> Lines(string dump) => dump.Split('\n').Where(line => !line.StartsWith('\\')).Order(StringComparer.Ordinal);
        Assert.Equal(Lines(before), Lines(await audited.Database.DumpAsync("--schema-only")));
    }

    [Fact]
    public async Task An_index_on_another_key_does_not_serve_the_one_that_is_seen()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions + "CREATE INDEX ON sessions ((config ->> 'mode'))");
        (await audited.CheckAsync("J2", _ =>
            audited.Database.ExecuteAsync("SELECT chat_id FROM sessions WHERE config ->> 'n' = '77'"))).ExpectFinding(AuditSeverity.High, "->>");
    }

    [Theory]
    [InlineData("CREATE INDEX ON sessions USING gin (config jsonb_path_ops)", "SELECT chat_id FROM sessions WHERE config @> '{\"n\":7}'")]
    [InlineData("CREATE INDEX ON sessions ((config ->> 'n'))", "SELECT chat_id FROM sessions WHERE config ->> 'n' = '7'")]
    [InlineData("", "SELECT chat_id FROM sessions WHERE chat_id = '7' AND config ->> 'n' = '7'")] // the key finds it
    [InlineData("", "SELECT config ->> 'n' FROM sessions")] // no condition
    [InlineData("", "UPDATE sessions SET config = config || jsonb_build_object('n', config ->> 'n') WHERE chat_id = '7'")]
    // small
    [InlineData("TRUNCATE sessions; INSERT INTO sessions SELECT i, '{\"n\":1}' FROM generate_series(1, 100) i; ANALYZE",
        "SELECT chat_id FROM sessions WHERE config ->> 'n' = '7'")]
    public async Task What_an_index_serves_or_needs_none_is_fine(string sql, string statement)
    {
        await using var audited = await AuditCase.CreateAsync(Sessions + sql);
        (await audited.CheckAsync("J2", _ => audited.Database.ExecuteAsync(statement))).ExpectOk();
    }

    [Fact]
    public async Task A_function_of_somebody_is_never_called_by_planning()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions + """
            CREATE TABLE called (at timestamptz);
            CREATE SEQUENCE calls;
            CREATE FUNCTION trap(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM nextval('public.calls'); RETURN $1; END $$;
            """);
        await audited.Database.ExecuteAsync("SELECT chat_id FROM sessions WHERE config ->> 'n' = trap('7')");
        var before = await audited.Database.ScalarAsync<long>("SELECT last_value FROM calls");
        var finding = (await audited.CheckAsync("J2")).ExpectFinding(objectPart: "->>");
        Assert.Equal(AuditConfidence.Inferred, finding.Confidence);
        Assert.Equal(before, await audited.Database.ScalarAsync<long>("SELECT last_value FROM calls"));
    }

    [Fact]
    public async Task Without_pg_stat_statements_it_is_skipped()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions, statements: false);
        (await audited.CheckAsync("J2")).ExpectSkipped("CREATE EXTENSION");
    }

    [Theory]
    [InlineData("SELECT a FROM t WHERE t.config->>$1 = $2 AND other = $3", "config ->>")]
    [InlineData("SELECT a FROM t WHERE (config #>> $1)::int > $2 ORDER BY config->>$3", "config ->>")]
    [InlineData("SELECT a FROM t JOIN u ON u.c = t.config ->> $1", "config ->>")]
    [InlineData("SELECT a FROM t WHERE config::jsonb @> $1 OR \"Doc\" ?| $2", "config @>,Doc ?|")]
    [InlineData("SELECT a FROM t WHERE jsonb_extract_path_text(t.config, $1) = $2", "config ->>")]
    [InlineData("INSERT INTO t VALUES ($1) ON CONFLICT (a) DO UPDATE SET c = t.config -> $2", "")]
    [InlineData("SELECT config->>$1 FROM t GROUP BY config->>$1", "")]
    public void It_reads_conditions_only(string text, string expected) =>
        Assert.Equal(expected, string.Join(',', JsonFilter.Read(text).Select(filter => $"{filter.Column} {filter.Operator}")));
}
