namespace Nexus.Audit.Tests.Checks;

public sealed class I4Tests
{
    private const string Trades = """
        CREATE TABLE trades (id int PRIMARY KEY, symbol text, note text UNIQUE);
        INSERT INTO trades SELECT i, 's' || i, 'a note that is long enough to take some room ' || i FROM generate_series(1, 2000) i;
        CREATE INDEX unused ON trades (symbol, note);
        CREATE UNIQUE INDEX forbids ON trades (symbol);
        """;

    [Fact]
    public async Task An_index_that_nothing_read_is_medium_once_the_statistics_are_old_enough()
    {
        await using var audited = await AuditCase.CreateAsync(Trades);
        var finding = (await RunAsync(audited, Old)).ExpectFinding(AuditSeverity.Medium, "public.unused");
        Assert.True(finding.Fix.CanApply);
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await RunAsync(audited, Old)).ExpectOk();
        foreach (var sql in finding.Fix.Rollback) await audited.Database.ExecuteAsync(sql);
        (await RunAsync(audited, Old)).ExpectFinding(AuditSeverity.Medium, "public.unused");
    }

    [Fact]
    public async Task Young_statistics_say_nothing()
    {
        await using var audited = await AuditCase.CreateAsync(Trades);
        var finding = (await RunAsync(audited, new I4UnusedIndex { LeastBytes = 1 })).ExpectFinding(AuditSeverity.Info, "public.unused");
        Assert.Equal(AuditConfidence.Unknown, finding.Confidence);
        Assert.Empty(finding.Fix.Sql);
    }

    [Fact]
    public async Task Small_ones_and_those_that_were_read_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Trades);
        (await audited.CheckAsync("I4")).ExpectOk(); // far below 10 MB
        await audited.Database.ExecuteAsync(
            "SET enable_seqscan = off; SELECT FROM trades WHERE symbol = 's1' AND note = 'x'; DROP INDEX forbids; SELECT FROM trades WHERE symbol "
            + "= 's1' AND note LIKE 'a%'");
        await audited.Database.CloseConnectionsAsync();
        await audited.Database.ExecuteAsync("SET enable_seqscan = off; SELECT symbol FROM trades WHERE symbol = 's1'");
        await audited.Database.CloseConnectionsAsync();
        await Nexus.TestKit.Eventually.TrueAsync(async () =>
            await audited.Database.ScalarAsync<long>("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'unused'") > 0);
        (await RunAsync(audited, Old)).ExpectOk();
    }

    [Fact]
    public async Task Of_a_partitioned_table_all_parts_count_together()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE trades (id int, at timestamptz) PARTITION BY RANGE (id);
            CREATE TABLE trades_1 PARTITION OF trades FOR VALUES FROM (0) TO (1000);
            CREATE TABLE trades_2 PARTITION OF trades FOR VALUES FROM (1000) TO (2000);
            INSERT INTO trades SELECT i, now() FROM generate_series(0, 1999) i;
            CREATE INDEX unused ON trades (at);
            """);
        var finding = Assert.Single((await RunAsync(audited, Old)).Findings);
        Assert.Equal("public.unused", finding.Object);
        Assert.False(finding.Fix.CanApply);
        foreach (var sql in finding.Fix.Sql.Concat(finding.Fix.Rollback)) await audited.Database.ExecuteAsync(sql);
    }

    [Fact]
    public async Task The_only_index_of_a_foreign_key_is_left_alone()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE users (id int PRIMARY KEY);
            CREATE TABLE trades (id int PRIMARY KEY, user_id int REFERENCES users, other_id int REFERENCES users);
            CREATE INDEX serves ON trades (user_id)
                WHERE user_id IS NOT NULL; CREATE INDEX ON trades (other_id); CREATE INDEX ON trades (other_id, id);
            """);
        var result = await RunAsync(audited, Old);
        result.ExpectNone("public.serves");
        Assert.Equal(2, result.Findings.Count); // of two, either could go
    }

    private static I4UnusedIndex Old => new() { LeastAge = TimeSpan.Zero, LeastBytes = 1 };

    /// <summary>The check with other thresholds than the catalogue's: no test has a month.</summary>
    private static async Task<CheckResult> RunAsync(AuditCase audited, AuditCheck check)
    {
        await using var connection = await AuditConnection.OpenAsync(audited.Database.ConnectionString, CancellationToken.None);
        var server = await ServerFacts.ReadAsync(connection, CancellationToken.None);
        var window = await new WindowWatcher(connection, server, TimeSpan.FromMilliseconds(100), TimeProvider.System).WatchAsync(null,
            CancellationToken.None);
        return await new CheckRunner(connection, server, window).RunAsync(check, CancellationToken.None);
    }
}
