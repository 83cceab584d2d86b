namespace Nexus.Audit.Tests.Checks;

public sealed class I6Tests
{
    /// <summary>
    /// With room for some thousand updates in its pages: none of them can be cleaned while the audit looks at the database with one snapshot, which
    /// takes a slow machine long enough to fill pages that are half full.
    /// </summary>
    private const string Sessions = """
        CREATE TABLE sessions (chat_id text PRIMARY KEY, config jsonb NOT NULL, updated_at timestamptz NOT NULL DEFAULT now(),
            mode text GENERATED ALWAYS AS (config ->> 'mode') STORED) WITH (fillfactor = 10);
        INSERT INTO sessions SELECT i, '{"mode":"a","n":0}' FROM generate_series(1, 300) i;
        """;

    private int _revision;

    [Fact]
    public async Task An_index_on_what_every_update_sets_is_high()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions
            + "CREATE INDEX by_time ON sessions (updated_at DESC); CREATE INDEX by_mode ON sessions (mode)");
        var result = await audited.CheckAsync("I6", _ => SaveAsync(audited));
        var finding = result.ExpectFinding(AuditSeverity.Medium, orWorse: true, objectPart: "public.by_time");
        Assert.InRange(finding.Number("hotShare"), 0, 50);
        Assert.True(finding.Number("updatesPerSecond") >= 10);
        result.ExpectFinding(AuditSeverity.Low, "public.by_mode"); // changes only when the mode does
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("I6", _ => SaveAsync(audited))).ExpectOk();
    }

    [Fact]
    public async Task So_is_one_on_an_expression_of_it_and_an_upsert_counts()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions + "CREATE INDEX by_n ON sessions ((config ->> 'n'))");
        (await audited.CheckAsync("I6", _ => audited.Database.ExecuteAsync(
            "INSERT INTO sessions (chat_id, config) VALUES ($1, jsonb_build_object('n', $2::int)) "
            + "ON CONFLICT (chat_id) DO UPDATE SET config = EXCLUDED.config, updated_at = now()", (_revision % 300 + 1).ToString(), ++_revision)))
            .ExpectFinding(AuditSeverity.Medium, orWorse: true, objectPart: "public.by_n");
    }

    [Fact]
    public async Task Indexes_on_what_does_not_change_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions + "CREATE INDEX by_mode ON sessions (mode, chat_id)");
        (await audited.CheckAsync("I6", _ => SaveAsync(audited))).ExpectOk();
    }

    [Fact]
    public async Task Full_pages_alone_are_not_an_index_s_doing()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE full_pages (id int PRIMARY KEY, n int, pad text) WITH (fillfactor = 100, autovacuum_enabled = off);
            INSERT INTO full_pages SELECT i, 0, repeat('x', 100) FROM generate_series(1, 20000) i;
            """);
        (await audited.CheckAsync("I6", _ =>
            audited.Database.ExecuteAsync("UPDATE full_pages SET n = n + 1 WHERE id BETWEEN $1 AND $1 + 500", _revision++ * 500 % 20000))).ExpectOk();
    }

    [Fact]
    public async Task Without_statements_it_says_what_it_cannot_see()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions + "CREATE INDEX by_time ON sessions (updated_at)", statements: false);
        (await audited.CheckAsync("I6", _ => SaveAsync(audited))).ExpectSkipped("CREATE EXTENSION");
    }

    [Theory]
    [InlineData("UPDATE sessions SET config = $1, updated_at = now() WHERE chat_id = $2", "sessions", "config,updated_at")]
    [InlineData("update only app.\"Sessions\" as s set (a, \"B\") = ($1, $2), c = f(d = $3, e) from x where y = $4", "Sessions", "a,B,c")]
    [InlineData("WITH u AS (UPDATE t SET n = n + $1 RETURNING *) SELECT * FROM u WHERE q = $2", "t", "n")]
    [InlineData("INSERT INTO s (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = EXCLUDED.b, c = $2 WHERE s.d = $3", "s", "b,c")]
    [InlineData("INSERT INTO s (a) VALUES ($1) ON CONFLICT DO NOTHING", null, null)]
    [InlineData("SELECT * FROM s FOR UPDATE", null, null)]
    public void It_reads_what_a_statement_sets(string text, string? table, string? columns)
    {
        var shape = UpdateShape.Read(text);
        Assert.Equal(table, shape?.Table);
        Assert.Equal(columns, shape is null ? null : string.Join(',', shape.Columns));
    }

    private Task<int> SaveAsync(AuditCase audited) =>
        audited.Database.ExecuteAsync(
            "UPDATE sessions SET config = jsonb_build_object('mode', 'a', 'n', $1::int), updated_at = clock_timestamp() WHERE chat_id = $2",
                ++_revision, (_revision % 300 + 1).ToString());
}
