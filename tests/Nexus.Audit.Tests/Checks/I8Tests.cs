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
