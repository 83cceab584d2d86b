using Nexus.TestKit;

namespace Nexus.Audit.Tests.Checks;

public sealed class I5Tests
{
    /// <summary>
    /// With room for some thousand updates in its pages: none of them can be cleaned while the audit looks at the database with one snapshot, which
    /// takes a slow machine long enough to fill pages that are half full.
    /// </summary>
    private const string Sessions = """
        CREATE TABLE sessions (chat_id text PRIMARY KEY, config jsonb NOT NULL, mode text GENERATED ALWAYS AS (config ->> 'mode') STORED)
            WITH (fillfactor = 10);
        INSERT INTO sessions SELECT i, '{"mode":"a","n":0}' FROM generate_series(1, 300) i;
        """;

    private int _revision;

    [Fact]
    public async Task A_GIN_index_that_is_only_written_is_high_and_dropping_it_can_be_undone()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions + "CREATE INDEX config_gin ON sessions USING gin (config)");
        await MakeOldAsync(audited);
        var finding = (await audited.CheckAsync("I5", _ => SaveAsync(audited))).ExpectFinding(AuditSeverity.Medium, orWorse: true,
            objectPart: "public.config_gin");
        Assert.True(finding.Number("writesPerSecond") >= 1);
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("I5")).ExpectOk();
        foreach (var sql in finding.Fix.Rollback) await audited.Database.ExecuteAsync(sql);
        await MakeOldAsync(audited);
        (await audited.CheckAsync("I5", _ => SaveAsync(audited))).ExpectFinding(AuditSeverity.Medium, orWorse: true, objectPart: "public.config_gin");
    }

    [Fact]
    public async Task With_pgstattuple_the_pending_pages_are_counted()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions
            + "CREATE EXTENSION pgstattuple; CREATE INDEX config_gin ON sessions USING gin (config);"
            // Autovacuum moves what is pending into the index.
            + "ALTER TABLE sessions SET (autovacuum_enabled = false)");
        await MakeOldAsync(audited);
        await SaveAsync(audited);
        Assert.True((await audited.CheckAsync("I5")).ExpectFinding(AuditSeverity.Low).Number("pendingPages") >= 1);
    }

    [Fact]
    public async Task One_that_queries_read_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions + "CREATE INDEX config_gin ON sessions USING gin (config)");
        await MakeOldAsync(audited);
        (await audited.CheckAsync("I5", async _ =>
        {
            await SaveAsync(audited);
            await audited.Database.ExecuteAsync("""SET enable_seqscan = off; SELECT FROM sessions WHERE config @> '{"mode":"b"}'""");
        })).ExpectOk();
    }

    [Fact]
    public async Task One_that_is_new_is_not_judged()
    {
        // Age is counted in transactions, which other tests make too: a server of its own.
        await using var cluster = await PostgresCluster.StartAsync();
        await using var audited = await AuditCase.CreateAsync(Sessions, cluster);
        await audited.Database.ExecuteAsync("UPDATE sessions SET config = config || '{\"n\":1}'");
        await audited.Database.ExecuteAsync("CREATE INDEX config_gin ON sessions USING gin (config)");
        (await audited.CheckAsync("I5")).ExpectOk();
    }

    [Fact]
    public async Task On_a_generated_column_that_keeps_updates_HOT_it_is_low()
    {
        await using var audited = await AuditCase.CreateAsync(Sessions
            + "CREATE INDEX mode_gin ON sessions USING gin (to_tsvector('simple', mode)); CREATE EXTENSION pg_trgm; CREATE INDEX mode_trgm ON "
            + "sessions USING gin (mode gin_trgm_ops)");
        await MakeOldAsync(audited);
        var result = await audited.CheckAsync("I5", _ => SaveAsync(audited));
        result.ExpectFinding(AuditSeverity.Low, "public.mode_trgm");
        result.ExpectFinding(AuditSeverity.Low, "public.mode_gin");
    }

    [Fact]
    public async Task An_expression_is_on_generated_columns_when_all_its_columns_are()
    {
        // The third one ends HOT for all of them, so that the share of writes that touch an index decides nothing here.
        await using var audited = await AuditCase.CreateAsync(Sessions + """
            CREATE INDEX mode_gin ON sessions USING gin (to_tsvector('simple', mode));
            CREATE INDEX partial_gin ON sessions USING gin (to_tsvector('simple', mode)) WHERE config ->> 'n' <> '';
            CREATE INDEX mixed_gin ON sessions USING gin (to_tsvector('simple', mode || (config ->> 'n')));
            """);
        await MakeOldAsync(audited);
        var result = await audited.CheckAsync("I5", _ => SaveAsync(audited));
        result.ExpectFinding(AuditSeverity.Low, "public.mode_gin");
        result.ExpectFinding(AuditSeverity.Medium, orWorse: true, objectPart: "public.partial_gin");
        result.ExpectFinding(AuditSeverity.Medium, orWorse: true, objectPart: "public.mixed_gin");
    }

    private static async Task MakeOldAsync(AuditCase audited)
    {
        for (var i = 0; i < 60; i++) await audited.Database.ExecuteAsync("SELECT pg_current_xact_id()");
    }

    private Task<int> SaveAsync(AuditCase audited) =>
        audited.Database.ExecuteAsync("UPDATE sessions SET config = jsonb_build_object('mode', 'a', 'n', $1::int) WHERE chat_id = $2", ++_revision,
            (_revision % 300 + 1).ToString());
}
