using Nexus.Operations.Audit;

namespace Nexus.Operations.Tests.Audit.Checks;

public sealed class I1Tests
{
    private const string Parents = """
        CREATE TABLE users (id int PRIMARY KEY, tenant int NOT NULL, UNIQUE (tenant, id));
        INSERT INTO users SELECT i, i % 10 FROM generate_series(1, 2000) i;
        """;

    [Fact]
    public async Task A_foreign_key_without_index_is_found_and_its_fix_helps()
    {
        await using var audited = await AuditCase.CreateAsync(Parents + """
            CREATE TABLE trades (id int PRIMARY KEY, "user" int REFERENCES users);
            INSERT INTO trades SELECT i, i FROM generate_series(1, 2000) i;
            ANALYZE;
            """);
        var finding = (await audited.CheckAsync("I1")).ExpectFinding(AuditSeverity.Medium, "public.trades");
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("I1")).ExpectOk();
        foreach (var sql in finding.Fix.Rollback) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("I1")).ExpectFinding(AuditSeverity.Medium, "public.trades");
    }

    [Fact]
    public async Task It_is_high_where_parents_are_deleted()
    {
        await using var audited = await AuditCase.CreateAsync(Parents + """
            CREATE TABLE trades (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
            INSERT INTO trades SELECT i, i FROM generate_series(1, 2000) i;
            ANALYZE;
            """);
        await audited.Database.ExecuteAsync("DELETE FROM users WHERE id < 5");
        Assert.Equal(4, (await audited.CheckAsync("I1")).ExpectFinding(AuditSeverity.High, "public.trades").Number("parentDeletes"));
    }

    [Fact]
    public async Task An_index_that_begins_with_the_key_in_any_order_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Parents + """
            CREATE TABLE trades (id int PRIMARY KEY, tenant int, user_id int, at timestamptz, FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id));
            CREATE INDEX ON trades (user_id, tenant, at);
            """);
        (await audited.CheckAsync("I1")).ExpectOk();
    }

    [Fact]
    public async Task A_partial_index_and_one_that_only_contains_the_key_do_not_serve()
    {
        await using var audited = await AuditCase.CreateAsync(Parents + """
            CREATE TABLE trades (id int PRIMARY KEY, user_id int REFERENCES users, at timestamptz);
            CREATE INDEX ON trades (user_id) WHERE at IS NULL;
            CREATE INDEX ON trades (at, user_id);
            """);
        (await audited.CheckAsync("I1")).ExpectFinding(AuditSeverity.Low, "public.trades");
    }
}
