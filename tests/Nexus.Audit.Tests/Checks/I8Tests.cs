namespace Nexus.Audit.Tests.Checks;

public sealed class I8Tests
{
    [Fact]
    public async Task A_table_without_key_is_medium_and_low_with_a_unique_index_that_can_become_it()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE trades (symbol text); CREATE TABLE events (id int); INSERT INTO events VALUES (1);
            CREATE TABLE users (chat_id text NOT NULL); CREATE UNIQUE INDEX users_chat ON users (chat_id);
            """);
        var result = await audited.CheckAsync("I8", user: await audited.CreateRoleAsync());
        result.ExpectFinding(AuditSeverity.Medium, "public.trades");
        result.ExpectFinding(AuditSeverity.Medium, "public.events");
        result.ExpectFinding(AuditSeverity.Low, "public.users");
        foreach (var sql in result.Findings.SelectMany(finding => finding.Fix.Sql)) await audited.Database.ExecuteAsync(sql);
        Assert.Equal("public.trades", Assert.Single((await audited.CheckAsync("I8")).Findings).Object);
    }

    [Theory]
    [InlineData("v int NOT NULL UNIQUE", "", AuditSeverity.Low, "identifies each row", true)]
    [InlineData("v int UNIQUE NULLS NOT DISTINCT", "", AuditSeverity.Low, "identifies each row", true)]
    [InlineData("v int UNIQUE", "", AuditSeverity.Medium, "can exist twice", true)] // without a value as often as one likes
    [InlineData("v int NOT NULL", "CREATE UNIQUE INDEX u ON t (v) WHERE v > 0", AuditSeverity.Medium, "can exist twice", true)]
    [InlineData("v int NOT NULL", "CREATE UNIQUE INDEX u ON t ((v + 1))", AuditSeverity.Medium, "can exist twice", true)]
    [InlineData("v int NOT NULL, w int", "CREATE UNIQUE INDEX u ON t (v) INCLUDE (w)", AuditSeverity.Low, "identifies each row", true)]
    [InlineData("v int NOT NULL", "CREATE UNIQUE INDEX u ON t (v); CREATE TABLE c (id int PRIMARY KEY REFERENCES t (v))", AuditSeverity.Low,
        "identifies each row", true)]
    [InlineData("v int", "ALTER TABLE t REPLICA IDENTITY FULL", AuditSeverity.Medium, "can exist twice", false)]
    [InlineData("v int NOT NULL", "CREATE UNIQUE INDEX u ON t (v); ALTER TABLE t REPLICA IDENTITY USING INDEX u", AuditSeverity.Low,
        "identifies each row", false)]
    public async Task What_it_says_is_true_of_the_table(string columns, string after, AuditSeverity severity, string says, bool isReplicated)
    {
        await using var audited = await AuditCase.CreateAsync($"CREATE TABLE t ({columns}); {after}");
        var finding = (await audited.CheckAsync("I8")).ExpectFinding(severity, "public.t");
        Assert.Contains(says, finding.Found.En, StringComparison.Ordinal);
        Assert.Equal(isReplicated, finding.Found.En.Contains("logical replication", StringComparison.Ordinal));
        Assert.Equal(isReplicated, finding.Found.Es.Contains("replicación lógica", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_is_low_also_if_its_rows_are_in_partitions_or_inheriting_tables()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE ticks (at date, price numeric) PARTITION BY RANGE (at);
            CREATE TABLE ticks_1 PARTITION OF ticks FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
            INSERT INTO ticks SELECT '2026-01-01', i FROM generate_series(1, 200) i;
            CREATE TABLE conditions (at date, value float8); CREATE TABLE chunk () INHERITS (conditions);
            INSERT INTO chunk SELECT '2026-01-01', i FROM generate_series(1, 200) i;
            CREATE TABLE edited (at date) PARTITION BY RANGE (at);
            CREATE TABLE edited_1 PARTITION OF edited FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
            INSERT INTO edited SELECT '2026-01-01' FROM generate_series(1, 200); DELETE FROM edited;
            """);
        var result = await audited.CheckAsync("I8");
        result.ExpectFinding(AuditSeverity.Low, "public.ticks");
        result.ExpectFinding(AuditSeverity.Low, "public.conditions");
        result.ExpectFinding(AuditSeverity.Medium, "public.edited");
    }

    [Fact]
    public async Task Staging_tables_partitions_and_tables_with_a_key_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE users (id int PRIMARY KEY);
            CREATE UNLOGGED TABLE cache (v text);
            CREATE TABLE stg_trades (v text);
            CREATE TABLE trades_import (v text);
            CREATE TABLE trades (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE trades_1 PARTITION OF trades FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
            """);
        (await audited.CheckAsync("I8")).ExpectOk();
    }
}
