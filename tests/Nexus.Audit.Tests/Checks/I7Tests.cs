using Npgsql;

namespace Nexus.Audit.Tests.Checks;

public sealed class I7Tests
{
    private const string Duplicates =
        "CREATE TABLE trades (id int, symbol text); INSERT INTO trades SELECT i % 10, 's' FROM generate_series(1, 100) i;";

    [Fact]
    public async Task A_unique_index_whose_build_failed_is_critical_until_it_is_built()
    {
        await using var audited = await AuditCase.CreateAsync(Duplicates);
        await FailAsync(audited, "CREATE UNIQUE INDEX CONCURRENTLY one ON trades (id)");
        var finding = (await audited.CheckAsync("I7")).ExpectFinding(AuditSeverity.Critical, "public.one");
        Assert.False(finding.Fix.CanApply);
        await audited.Database.ExecuteAsync("DELETE FROM trades WHERE ctid NOT IN (SELECT min(ctid) FROM trades GROUP BY id)");
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("I7")).ExpectOk();
    }

    [Fact]
    public async Task A_plain_one_is_high_and_a_plain_user_sees_it()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE trades (id int); INSERT INTO trades VALUES (0);");
        await FailAsync(audited, "CREATE INDEX CONCURRENTLY slow ON trades ((1 / id))");
        var finding = (await audited.CheckAsync("I7", user: await audited.CreateRoleAsync())).ExpectFinding(AuditSeverity.High, "public.slow");
        Assert.False(finding.Fix.CanApply); // the role is no owner
        Assert.True((await audited.CheckAsync("I7")).ExpectFinding(AuditSeverity.High, "public.slow").Fix.CanApply);
        await audited.Database.ExecuteAsync("UPDATE trades SET id = 1");
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("I7")).ExpectOk();
    }

    [Fact]
    public async Task One_that_is_being_built_is_not_reported()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE trades (id int PRIMARY KEY, symbol text)");
        await using var holder = new NpgsqlConnection(audited.Database.ConnectionString + ";Pooling=false");
        await holder.OpenAsync();
        await using var writing = await holder.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand("INSERT INTO trades VALUES (1, 's')", holder)) await insert.ExecuteNonQueryAsync();
        // The build waits for the transaction that is open.
        await using var builder = NpgsqlDataSource.Create(audited.Database.ConnectionString);
        await using var build = builder.CreateCommand("CREATE INDEX CONCURRENTLY waiting ON trades (symbol)");
        var building = build.ExecuteNonQueryAsync();
        while (await audited.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_index WHERE NOT indisvalid AND indrelid = 'trades'::regclass") == 0) await Task.Delay(20);
        (await audited.CheckAsync("I7")).ExpectOk();
        await writing.CommitAsync();
        await building;
    }

    [Fact]
    public async Task The_index_of_a_partitioned_table_waits_for_its_parts_without_being_reported()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE trades (id int, at timestamptz) PARTITION BY RANGE (at);
            CREATE TABLE trades_1 PARTITION OF trades FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
            CREATE INDEX parent ON ONLY trades (id);
            """);
        Assert.Equal(1, await audited.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_index WHERE NOT indisvalid AND indrelid = 'trades'::regclass"));
        (await audited.CheckAsync("I7")).ExpectOk();
    }

    [Fact]
    public async Task What_a_failed_reindex_leaves_is_to_be_dropped()
    {
        await using var audited = await AuditCase.CreateAsync(
            "CREATE TABLE trades (id int); CREATE INDEX keep ON trades (id); CREATE INDEX keep_ccnew ON trades (id); UPDATE pg_index SET "
            + "indisvalid = false WHERE indexrelid = 'keep_ccnew'::regclass");
        var finding = (await audited.CheckAsync("I7")).ExpectFinding(AuditSeverity.High, "public.keep_ccnew");
        Assert.Contains(finding.Fix.Sql, sql => sql.StartsWith("DROP INDEX CONCURRENTLY", StringComparison.Ordinal));
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("I7")).ExpectOk();
    }

    [Theory]
    [InlineData("CREATE UNIQUE INDEX open ON trades (id, symbol)", "", AuditSeverity.Critical)]
    [InlineData("CREATE UNIQUE INDEX open ON trades (id, symbol)", "CREATE UNIQUE INDEX ON trades (symbol)", AuditSeverity.High)] // by less
    [InlineData("CREATE UNIQUE INDEX open ON trades (id) WHERE id > 5", "CREATE UNIQUE INDEX ON trades (id)", AuditSeverity.High)]
    [InlineData("CREATE UNIQUE INDEX open ON trades (id)", "CREATE UNIQUE INDEX ON trades (id) WHERE id > 5", AuditSeverity.Critical)]
    [InlineData("CREATE UNIQUE INDEX open ON trades (id) NULLS NOT DISTINCT", "CREATE UNIQUE INDEX ON trades (id)", AuditSeverity.Critical)]
    public async Task A_unique_one_is_critical_unless_a_valid_one_forbids_the_same_rows(string index, string beside, AuditSeverity severity)
    {
        await using var audited = await AuditCase.CreateAsync($"CREATE TABLE trades (id int, symbol text); {index}; {beside}; "
            + "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'open'::regclass");
        (await audited.CheckAsync("I7")).ExpectFinding(severity, "public.open");
    }

    [Fact]
    public async Task A_name_like_a_copy_alone_is_no_reason_to_drop_it()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE trades (id int); CREATE INDEX daily_ccold ON trades (id); "
            + "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'daily_ccold'::regclass");
        var finding = (await audited.CheckAsync("I7")).ExpectFinding(AuditSeverity.High, "public.daily_ccold");
        Assert.Contains(finding.Fix.Sql, sql => sql.StartsWith("REINDEX", StringComparison.Ordinal));
    }

    private static async Task FailAsync(AuditCase audited, string sql) =>
        await Assert.ThrowsAsync<PostgresException>(() => audited.Database.ExecuteAsync(sql));
}
