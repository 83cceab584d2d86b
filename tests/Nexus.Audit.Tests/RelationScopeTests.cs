namespace Nexus.Audit.Tests;

/// <summary>
/// Every check that reports relations has the same filters, shown on one database in which each is triggered for each kind of relation.
/// </summary>
public sealed class RelationScopeTests
{
    /// <summary>Checks of whole servers, sessions, roles and statements, which name no relation.</summary>
    private static readonly string[] OfOtherThings =
        ["C1", "C2", "C3", "C4", "C5", "C6", "W1", "Q1", "Q2", "Q3", "Q4", "K1", "K2", "K3", "K4", "S1", "S2", "S3", "S5", "V3", "D1", "D2", "D3"];

    /// <summary>What is declared is judged at the parent; what is stored at the partitions.</summary>
    private static readonly string[] OfDeclarations = ["I1", "I8", "J1", "J2", "J3", "J4", "S4", "S7"];

    private static string Tables(string prefix) => $$"""
        CREATE TABLE {{prefix}}parent (id int PRIMARY KEY);
        CREATE TABLE {{prefix}}child (id serial PRIMARY KEY, chat_id int, parent_id int REFERENCES {{prefix}}parent, price float8, api_secret text,
            config jsonb, symbol text, at timestamptz) WITH (autovacuum_enabled = off);
        CREATE TABLE {{prefix}}log (symbol text);
        CREATE TABLE {{prefix}}large (id int PRIMARY KEY, tag text);
        INSERT INTO {{prefix}}large SELECT i, 't' || i FROM generate_series(1, 12000) i;
        INSERT INTO {{prefix}}child (id, chat_id, price, api_secret, config, symbol)
            SELECT i, i, i, 'plain-key-' || i, jsonb_build_object('mode', 'm' || i, 'n', i, 'flag', true, 'list', '[1]'::jsonb), 's' || i
                FROM generate_series(1, 6000) i;
        CREATE INDEX ON {{prefix}}child (symbol);
        CREATE INDEX ON {{prefix}}child (symbol, at);
        CREATE INDEX ON {{prefix}}child USING gin (config);
        CREATE INDEX ON {{prefix}}child (price);
        UPDATE pg_index SET indisvalid = false
            WHERE indexrelid = (SELECT indexrelid FROM pg_index WHERE indrelid = '{{prefix}}child'::regclass
                AND pg_get_indexdef(indexrelid, 1, true) = 'price');
        SELECT setval(pg_get_serial_sequence('{{prefix}}child', 'id'), 2000000000);
        DELETE FROM {{prefix}}child WHERE id > 1500;
        ANALYZE {{prefix}}child; ANALYZE {{prefix}}large;
        UPDATE {{prefix}}child SET symbol = symbol || 'x', config = config || '{"n":0}';
        CREATE FUNCTION {{prefix}}run() RETURNS int SECURITY DEFINER LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
        """;

    private const string Variants = """
        ALTER EXTENSION pg_stat_statements ADD TABLE ext_parent; ALTER EXTENSION pg_stat_statements ADD TABLE ext_child; ALTER EXTENSION
        pg_stat_statements ADD TABLE ext_log;
        ALTER EXTENSION pg_stat_statements ADD TABLE ext_large; ALTER EXTENSION pg_stat_statements ADD FUNCTION ext_run();
        ALTER EXTENSION pg_stat_statements ADD SCHEMA chunks;
        CREATE TABLE own_parted (id int, chat_id int, price float8, api_secret text, config jsonb) PARTITION BY RANGE (id);
        CREATE TABLE part_1 PARTITION OF own_parted FOR VALUES FROM (0) TO (100000);
        INSERT INTO own_parted SELECT id, chat_id, price, api_secret, config FROM own_child;
        CREATE TABLE inherits_1 () INHERITS (own_log);
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_a, reader_b;
        """;

    private static IEnumerable<AuditCheck> OfRelations =>
        CheckCatalogue.All.Where(check => !OfOtherThings.Contains(check.Id)).Select(check => check.Id switch
    {
        // None has a month, an hour or a hundred megabytes here.
        "I4" => new I4UnusedIndex { LeastAge = TimeSpan.Zero, LeastBytes = 1 },
        "V1" => new V1DeadRows(TimeSpan.Zero),
        "V4" => new V4Bloat(1),
        _ => check,
    });

    [Fact]
    public async Task No_check_reports_what_belongs_to_an_extension_a_session_or_a_parent_and_none_offers_what_the_role_may_not_do()
    {
        await using var audited = await AuditCase.CreateAsync();
        var (first, second) = (await audited.CreateRoleAsync(), await audited.CreateRoleAsync());
        await audited.Database.ExecuteAsync(Tables("own_"));
        await audited.Database.ExecuteAsync(Tables("ext_"));
        await audited.Database.ExecuteAsync("CREATE SCHEMA chunks;" + Tables("chunks."));
        await audited.Database.ExecuteAsync(Variants.Replace("reader_a, reader_b", $"{first}, {second}", StringComparison.Ordinal));
        await using var session = await audited.ConnectAsync();
        await AuditCase.ExecuteAsync(session, Tables("pg_temp.temp_"));
        foreach (var table in (string[])["own_", "ext_", "chunks."])
        {
            for (var i = 0; i < 10;
                i++) await audited.Database.ExecuteAsync(
                    $"SELECT * FROM {table}large WHERE tag = 't77'; SELECT id FROM {table}child WHERE config ->> 'mode' = 'm7'; UPDATE "
                    + $"{table}child SET symbol = symbol || 'y' WHERE id % 5 = {i % 5}");
        }
        var reader = await audited.CreateRoleAsync("GRANT pg_monitor, pg_read_all_data TO {0}");
        var mayApply = 0;
        foreach (var check in OfRelations)
        {
            var result = await audited.CheckAsync(check, user: reader);
            var text = string.Join("\n", result.Findings
                .Select(finding =>
                    $"{check.Id} {finding.Object} {finding.Relation} {string.Join(' ', finding.Evidence.Select(item => item.Words))}"));
            // What cannot be planned as this role is told, and is no alarm either.
            if (check.Id is "I2" or "J2" && result.Status == CheckStatus.Skipped) continue;
            Assert.True(result.Findings.Any(finding => finding.Object.Contains("own_", StringComparison.Ordinal)),
                $"{check.Id} is not triggered\n{text}\n{string.Join("\n", result.NotSeen.Select(reason => reason.Reason.En))}");
            foreach (var outside in (string[])["ext_", "chunks", "temp_", .. OfDeclarations.Contains(check.Id)
                ? ["part_1", "inherits_1"] : Array.Empty<string>()])
                Assert.DoesNotContain(outside, text, StringComparison.Ordinal);
            Assert.All(result.Findings, finding => Assert.False(finding.Fix.CanApply, $"{check.Id} {finding.Object}"));
            // Whatever names a relation says which, so that the common filter sees it.
            if (check.Id != "S6") Assert.All(result.Findings.Where(finding => finding.Object.StartsWith("public.", StringComparison.Ordinal)),
                finding => Assert.NotEqual(0u, finding.Relation));
            mayApply += (await audited.CheckAsync(check)).Findings.Count(finding => finding.Fix.CanApply);
        }
        Assert.True(mayApply >= 8, $"{mayApply} fixes are applicable for the owner");
    }

    [Fact]
    public async Task Partitions_with_one_fault_are_one_finding()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE trades (id int) PARTITION BY RANGE (id);
            CREATE TABLE trades_1 PARTITION OF trades FOR VALUES FROM (0) TO (100) WITH (autovacuum_enabled = off);
            CREATE TABLE trades_2 PARTITION OF trades FOR VALUES FROM (100) TO (200) WITH (autovacuum_enabled = off);
            """);
        var finding = (await audited.CheckAsync("V5")).ExpectFinding(objectPart: "public.trades");
        Assert.Equal("public.trades", finding.Object);
        Assert.Equal(2, finding.Number("partitions"));
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("V5")).ExpectOk();
    }

    [Fact]
    public async Task An_index_that_several_checks_would_drop_is_one_finding()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE users (id int PRIMARY KEY, symbol text, at timestamptz);
            INSERT INTO users SELECT i, 's' || i, now() FROM generate_series(1, 2000) i;
            CREATE INDEX extra ON users (symbol); CREATE INDEX keep ON users (symbol, at);
            """);
        var result = await audited.AuditAsync([new I3RedundantIndex(), new I4UnusedIndex { LeastAge = TimeSpan.Zero, LeastBytes = 1 }]);
        var extra = Assert.Single(result.Checks[0].Findings, finding => finding.Object == "public.extra");
        Assert.Equal("I4", Assert.Single(extra.Related).Id);
        Assert.DoesNotContain(result.Checks[1].Findings, finding => finding.Object == "public.extra");
        Assert.Contains("I3", result.Checks[1].FoundIn);
    }
}
