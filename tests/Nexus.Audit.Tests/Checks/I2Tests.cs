namespace Nexus.Audit.Tests.Checks;

public sealed class I2Tests
{
    private const string Trades = """
        CREATE TABLE trades (id bigint PRIMARY KEY, chat_id text NOT NULL, status text NOT NULL, at timestamptz NOT NULL, note text);
        INSERT INTO trades SELECT i, 'c' || i % 2000, CASE WHEN i % 2 = 0 THEN 'OPEN'
            ELSE 'CLOSED' END, now() - i * interval '1 second', repeat('x', 100) FROM generate_series(1, 20000) i;
        ANALYZE;
        """;

    [Theory]
    [InlineData("SELECT * FROM trades WHERE chat_id = $1", "(chat_id)")]
    [InlineData("SELECT t.note FROM trades t WHERE t.chat_id = $1 AND t.status = 'OPEN' ORDER BY t.at DESC LIMIT 5", "(chat_id, status)")]
    [InlineData("UPDATE trades SET note = note WHERE chat_id = $1 AND at > now()", "(chat_id, at)")]
    [InlineData("SELECT count(*) FROM trades WHERE chat_id IN ($1, 'c2', 'c3')", "(chat_id)")]
    public async Task A_statement_that_reads_a_large_table_for_a_few_rows_is_high(string sql, string columns)
    {
        await using var audited = await AuditCase.CreateAsync(Trades);
        var finding = (await audited.CheckAsync("I2", _ => audited.Database.ExecuteAsync(sql, "c1"))).ExpectFinding(AuditSeverity.High,
            $"public.trades {columns}");
        Assert.Equal(AuditConfidence.Inferred, finding.Confidence);
        foreach (var statement in finding.Fix.Sql) await audited.Database.ExecuteAsync(statement);
        (await audited.CheckAsync("I2", _ => audited.Database.ExecuteAsync(sql, "c1"))).ExpectOk();
        foreach (var statement in finding.Fix.Rollback) await audited.Database.ExecuteAsync(statement);
    }

    [Theory]
    [InlineData("SELECT count(*) FROM trades WHERE status = $1", "OPEN")] // half of the table
    [InlineData("SELECT * FROM trades WHERE id = $1::bigint", "7")]
    [InlineData("SELECT count(*) FROM trades WHERE $1 = 'x'", "OPEN")]
    public async Task What_needs_most_of_the_table_or_has_its_index_is_fine(string sql, string value)
    {
        await using var audited = await AuditCase.CreateAsync(Trades);
        (await audited.CheckAsync("I2", _ => audited.Database.ExecuteAsync(sql, value))).ExpectOk();
    }

    [Fact]
    public async Task A_small_table_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync(
            "CREATE TABLE modes (name text, n int); INSERT INTO modes SELECT 'm' || i, i FROM generate_series(1, 2000) i; ANALYZE");
        (await audited.CheckAsync("I2", _ => audited.Database.ExecuteAsync("SELECT n FROM modes WHERE name = $1", "m7"))).ExpectOk();
    }

    [Fact]
    public async Task Planning_executes_nothing()
    {
        await using var audited = await AuditCase.CreateAsync(Trades);
        await audited.Database.ExecuteAsync("DELETE FROM trades WHERE chat_id = 'c1' AND note = 'nothing like it'");
        var before = await audited.Database.ScalarAsync<long>(
            "SELECT sum(calls)::bigint FROM pg_stat_statements WHERE query LIKE 'DELETE FROM trades%'");
        (await audited.CheckAsync("I2")).ExpectFinding(objectPart: "chat_id");
        Assert.Equal(before, await audited.Database.ScalarAsync<long>(
            "SELECT sum(calls)::bigint FROM pg_stat_statements WHERE query LIKE 'DELETE FROM trades%'"));
        Assert.Equal(20000, await audited.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));
    }

    [Fact]
    public async Task A_plain_user_sees_other_statements_hidden()
    {
        await using var audited = await AuditCase.CreateAsync(Trades);
        await audited.Database.ExecuteAsync("SELECT * FROM trades WHERE chat_id = 'c1'");
        (await audited.CheckAsync("I2", user: await audited.CreateRoleAsync())).ExpectSkipped("pg_read_all_stats");
    }
}
