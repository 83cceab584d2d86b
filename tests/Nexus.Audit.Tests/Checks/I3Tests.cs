namespace Nexus.Audit.Tests.Checks;

public sealed class I3Tests
{
    private const string Table = "CREATE TABLE users (id int PRIMARY KEY, chat_id text, role text, at timestamptz, config jsonb);";

    [Theory]
    [InlineData("CREATE UNIQUE INDEX keep ON users (chat_id); CREATE INDEX extra ON users (chat_id)")] // a plain one beside a unique one
    [InlineData("CREATE INDEX extra ON users (chat_id); CREATE UNIQUE INDEX keep ON users (chat_id)")]
    [InlineData("CREATE INDEX extra ON users (chat_id); CREATE INDEX keep ON users (chat_id, role)")] // a prefix
    [InlineData("CREATE INDEX keep ON users (chat_id); CREATE INDEX extra ON users (chat_id)")] // twice the same: the older stays
    [InlineData("CREATE INDEX extra ON users (id)")] // beside the primary key
    [InlineData("CREATE INDEX keep ON users (at, id); CREATE INDEX extra ON users (at DESC)")] // read backwards
    [InlineData("CREATE INDEX keep ON users (lower(chat_id), role); CREATE INDEX extra ON users (lower(chat_id))")]
    [InlineData("CREATE INDEX keep ON users (chat_id, role) WHERE at IS NULL; CREATE INDEX extra ON users (chat_id) WHERE at IS NULL")]
    [InlineData("CREATE INDEX keep ON users USING gin (config); CREATE INDEX extra ON users USING gin (config)")]
    [InlineData("CREATE INDEX keep ON users (chat_id) INCLUDE (role, at); CREATE INDEX extra ON users (chat_id) INCLUDE (at)")]
    // leaves out what no lookup finds
    [InlineData("CREATE INDEX keep ON users (chat_id); CREATE INDEX extra ON users (chat_id) WHERE chat_id IS NOT NULL")]
    public async Task What_another_index_serves_too_is_found_once(string indexes)
    {
        await using var audited = await AuditCase.CreateAsync(Table + indexes);
        var result = await audited.CheckAsync("I3");
        var finding = result.ExpectFinding(AuditSeverity.Low);
        Assert.Equal("public.extra", finding.Object);
        Assert.Equal(AuditConfidence.Measured, finding.Confidence);
    }

    [Theory]
    [InlineData("ALTER TABLE users ADD CONSTRAINT one UNIQUE (chat_id); CREATE INDEX longer ON users (chat_id, role)")] // a constraint's
    [InlineData("CREATE UNIQUE INDEX one ON users (chat_id); CREATE INDEX longer ON users (chat_id, role)")] // unique says more
    [InlineData("CREATE INDEX one ON users (chat_id) INCLUDE (at); CREATE INDEX longer ON users (chat_id, role)")] // carries what the other lacks
    [InlineData("CREATE INDEX one ON users (chat_id) WHERE at IS NULL; CREATE INDEX longer ON users (chat_id, role)")]
    [InlineData("CREATE INDEX one ON users (chat_id text_pattern_ops); CREATE INDEX longer ON users (chat_id, role)")]
    [InlineData("CREATE INDEX one ON users (chat_id COLLATE \"C\"); CREATE INDEX longer ON users (chat_id COLLATE \"POSIX\", role)")]
    [InlineData("CREATE INDEX one ON users (role, at); CREATE INDEX longer ON users (role, at DESC, id)")]
    [InlineData("CREATE INDEX one ON users (role); CREATE INDEX longer ON users (chat_id, role)")]
    [InlineData("CREATE INDEX one ON users USING hash (chat_id); CREATE INDEX longer ON users (chat_id, role)")]
    [InlineData("CREATE INDEX one ON users (chat_id); CLUSTER users USING one; CREATE INDEX longer ON users (chat_id, role)")]
    [InlineData(
        "ALTER TABLE users ALTER chat_id SET NOT NULL; CREATE UNIQUE INDEX one ON users (chat_id); ALTER TABLE users REPLICA IDENTITY USING INDEX "
        + "one; CREATE UNIQUE INDEX longer ON users (chat_id, role)")]
    [InlineData(
        "CREATE UNIQUE INDEX one ON users (chat_id); CREATE TABLE trades (id int PRIMARY KEY, chat_id text REFERENCES users (chat_id)); CREATE "
        + "UNIQUE INDEX ON users (chat_id, role)")]
    public async Task What_says_more_than_the_other_is_left_alone(string indexes)
    {
        await using var audited = await AuditCase.CreateAsync(Table + indexes);
        (await audited.CheckAsync("I3")).ExpectOk();
    }

    [Fact]
    public async Task It_is_high_on_a_table_that_is_written_and_dropping_it_can_be_undone()
    {
        await using var audited = await AuditCase.CreateAsync(Table
            + "CREATE INDEX keep ON users (chat_id, role); CREATE INDEX extra ON users (chat_id)");
        var next = 0;
        var finding = (await audited.CheckAsync("I3",
            _ => audited.Database.ExecuteAsync("INSERT INTO users SELECT $1::int * 10 + i, 'c' || i, 'user' FROM generate_series(0, 9) i", next++)))
            .ExpectFinding(AuditSeverity.Medium, "public.extra");
        Assert.True(finding.Fix.CanApply);
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("I3")).ExpectOk();
        foreach (var sql in finding.Fix.Rollback) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("I3")).ExpectFinding(objectPart: "public.extra");
    }

    [Fact]
    public async Task Of_a_partitioned_table_only_its_own_index_is_named()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE trades (id int, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE trades_1 PARTITION OF trades FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
            CREATE INDEX extra ON trades (id);
            """);
        var finding = (await audited.CheckAsync("I3")).ExpectFinding(AuditSeverity.Low, "public.extra");
        Assert.False(finding.Fix.CanApply);
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        foreach (var sql in finding.Fix.Rollback) await audited.Database.ExecuteAsync(sql);
    }
}
