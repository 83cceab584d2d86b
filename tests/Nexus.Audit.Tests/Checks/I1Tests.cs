namespace Nexus.Audit.Tests.Checks;

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
            CREATE TABLE trades (id int PRIMARY KEY, tenant int, user_id int, at timestamptz,
                FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id));
            CREATE INDEX ON trades (user_id, tenant, at);
            """);
        (await audited.CheckAsync("I1")).ExpectOk();
    }

    [Theory]
    [InlineData("CREATE INDEX ON trades (user_id) WHERE user_id IS NOT NULL")]
    [InlineData("CREATE INDEX ON trades (user_id) WHERE NOT (user_id IS NULL)")]
    [InlineData("CREATE INDEX ON trades (user_id) WHERE user_id IS NOT NULL OR at IS NULL")]
    [InlineData("CREATE INDEX ON trades (user_id DESC NULLS LAST, at)")]
    [InlineData("CREATE INDEX ON trades USING hash (user_id)")]
    [InlineData("CREATE UNIQUE INDEX ON trades (user_id) INCLUDE (at)")]
    [InlineData("CREATE EXTENSION btree_gist; ALTER TABLE trades ADD EXCLUDE USING gist (user_id WITH =, id WITH <>)")]
    public async Task An_index_that_the_lookup_can_use_serves_whatever_its_form(string index)
    {
        await using var audited = await AuditCase.CreateAsync(Parents
            + "CREATE TABLE trades (id int PRIMARY KEY, user_id int REFERENCES users, at timestamptz);" + index);
        (await audited.CheckAsync("I1")).ExpectOk();
    }

    [Theory]
    [InlineData("CREATE INDEX ON trades (code text_pattern_ops)", true)]
    [InlineData("CREATE INDEX ON trades (code)", true)]
    [InlineData("CREATE INDEX ON trades ((lower(code)))", false)]
    [InlineData("CREATE INDEX ON trades (code COLLATE \"C\")", false)] // the lookup compares in the column's collation
    [InlineData("CREATE INDEX ON trades (code) WHERE code <> ''", false)]
    [InlineData("CREATE INDEX ON trades (code) WHERE (code, at) IS NOT NULL", false)]
    [InlineData("CREATE INDEX ON trades USING brin (code)", false)]
    public async Task Operator_class_collation_and_predicate_decide_for_texts(string index, bool serves)
    {
        await using var audited = await AuditCase.CreateAsync(
            "CREATE TABLE codes (code text PRIMARY KEY); CREATE TABLE trades (id int PRIMARY KEY, code text REFERENCES codes, at timestamptz);"
                + index);
        var result = await audited.CheckAsync("I1");
        if (serves) result.ExpectOk();
        else
        {
            var finding = result.ExpectFinding(objectPart: "public.trades");
            foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
            (await audited.CheckAsync("I1")).ExpectOk(); // also where the usual name is taken
        }
    }

    [Theory]
    [InlineData("CREATE INDEX ON trades (tenant) INCLUDE (user_id)", false)]
    [InlineData("CREATE INDEX ON trades (tenant); CREATE INDEX ON trades (user_id)", false)]
    [InlineData("CREATE INDEX ON trades (user_id, tenant) WHERE tenant IS NOT NULL AND user_id IS NOT NULL", true)]
    // What is unique by one of them leaves one row.
    [InlineData("CREATE UNIQUE INDEX ON trades (user_id)", true)]
    [InlineData("CREATE UNIQUE INDEX ON trades (user_id) WHERE user_id IS NOT NULL", true)]
    [InlineData("CREATE UNIQUE INDEX ON trades (user_id) WHERE id > 0", false)]
    [InlineData("CREATE UNIQUE INDEX ON trades (user_id, id)", false)]
    [InlineData("CREATE UNIQUE INDEX ON trades ((user_id + 0))", false)]
    public async Task Of_a_key_of_two_columns_both_must_lead(string index, bool serves)
    {
        await using var audited = await AuditCase.CreateAsync(Parents
            + "CREATE TABLE trades (id int PRIMARY KEY, tenant int, user_id int, FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id));"
            + index);
        var result = await audited.CheckAsync("I1");
        if (serves) result.ExpectOk();
        else result.ExpectFinding(objectPart: "public.trades");
    }

    [Fact]
    public async Task An_index_whose_build_failed_is_built_again_and_no_second_one_beside_it()
    {
        await using var audited = await AuditCase.CreateAsync(Parents + """
            CREATE TABLE trades (id int PRIMARY KEY, user_id int REFERENCES users);
            CREATE INDEX trades_user_id_idx ON trades (user_id);
            UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'trades_user_id_idx'::regclass;
            """);
        var finding = (await audited.CheckAsync("I1")).ExpectFinding(objectPart: "public.trades");
        foreach (var sql in finding.Fix.Sql) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("I1")).ExpectOk();
        Assert.Equal(1, await audited.Database.ScalarAsync<long>("SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%(user_id)%'"));
    }

    [Fact]
    public async Task Partitions_that_each_have_an_index_of_their_own_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Parents + """
            CREATE TABLE trades (id int, user_id int REFERENCES users) PARTITION BY RANGE (id);
            CREATE TABLE trades_1 PARTITION OF trades FOR VALUES FROM (0) TO (100);
            CREATE TABLE trades_2 PARTITION OF trades FOR VALUES FROM (100) TO (200);
            CREATE INDEX ON trades_1 (user_id) WHERE user_id IS NOT NULL;
            CREATE INDEX ON trades_2 (user_id, id);
            """);
        (await audited.CheckAsync("I1")).ExpectOk();
        await audited.Database.ExecuteAsync("CREATE TABLE trades_3 PARTITION OF trades FOR VALUES FROM (200) TO (300)");
        (await audited.CheckAsync("I1")).ExpectFinding(objectPart: "public.trades");
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
