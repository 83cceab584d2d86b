using Nexus.Errors;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Migrations;

public class PostgresMigratorTests
{
    private const string Ledger = "SELECT name || ' ' || value FROM nexus_meta ORDER BY name";

    [Fact]
    public async Task An_empty_database_gets_the_whole_schema()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.MigrateAsync();

        await fixture.Migrator().VerifyAsync(CancellationToken.None);
        Assert.Equal(
            ["bot_state", "calibrations", "keyed_state", "nexus_commits", "nexus_decisions", "nexus_history", "nexus_leases", "nexus_leaving",
                "nexus_leaving_rows", "nexus_meta", "nexus_moves", "nexus_shard", "nexus_shards", "nexus_summed_chats", "nexus_trade_marks",
                "nexus_trade_sums", "sessions", "system_config", "tasks", "trades", "users"],
            await fixture.Database.QueryAsync<string>(
                "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1"));
        Assert.Equal(MigrationSet.Embedded.Newest, await fixture.Database.ScalarAsync<int>(SchemaState.NewestAppliedSql));
        Assert.Contains("minimum_reader 15", await fixture.Database.QueryAsync<string>(Ledger));
        Assert.Empty(await fixture.Database.QueryAsync<string>("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"));
    }

    [Fact]
    public async Task A_schema_other_than_public_is_created_and_used_alone()
    {
        await using var fixture = await MigrationFixture.CreateAsync("Bot \"one\"");
        await fixture.MigrateAsync();
        await fixture.Migrator().CreateAuditIndexesAsync(null, CancellationToken.None);

        await fixture.Migrator().VerifyAsync(CancellationToken.None);
        Assert.Equal(21L, await fixture.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = 'Bot \"one\"' AND relkind IN ('r', 'p')"));
        Assert.Equal(0L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"));
    }

    [Fact]
    public async Task The_plan_names_what_would_happen_and_changes_nothing()
    {
        await using var fixture = await MigrationFixture.CreateAsync();

        var plan = await fixture.Migrator().PlanAsync(CancellationToken.None);

        Assert.Equal(MigrationSet.Embedded.All.Select(migration => migration.ToString()), plan.Select(migration => migration.ToString()));
        Assert.Contains(plan[0].Statements, statement => statement.Contains("CREATE TABLE sessions", StringComparison.Ordinal));
        Assert.Equal(0L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"));
        await fixture.MigrateAsync();
        Assert.Empty(await fixture.Migrator().PlanAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Migrating_twice_does_nothing_the_second_time()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.MigrateAsync();
        var before = await fixture.Database.QueryRowsAsync("SELECT name, value, updated_at, xmin::text FROM nexus_meta ORDER BY name");
        fixture.Steps.Clear();

        await fixture.MigrateAsync();

        Assert.Empty(fixture.Steps);
        Assert.Equal(before, await fixture.Database.QueryRowsAsync("SELECT name, value, updated_at, xmin::text FROM nexus_meta ORDER BY name"));
    }

    [Fact]
    public async Task A_newer_program_adds_what_is_new()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.MigrateAsync(MigrationFixture.Set("CREATE TABLE one (id int)"));

        await fixture.MigrateAsync(MigrationFixture.Set("CREATE TABLE one (id int)", "-- nexus: minimum-reader 2\nALTER TABLE one ADD name text"));

        Assert.Equal(2L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM information_schema.columns WHERE table_name = 'one'"));
        Assert.Contains("minimum_reader 2", await fixture.Database.QueryAsync<string>(Ledger));
    }

    [Fact]
    public async Task An_older_program_may_go_on_unless_the_schema_says_otherwise()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        var old = MigrationFixture.Set("CREATE TABLE one (id int)");
        await fixture.MigrateAsync(MigrationFixture.Set("CREATE TABLE one (id int)", "ALTER TABLE one ADD name text"));

        await fixture.Migrator(old).VerifyAsync(CancellationToken.None);
        await fixture.MigrateAsync(old);

        await fixture.MigrateAsync(MigrationFixture.Set("CREATE TABLE one (id int)", "ALTER TABLE one ADD name text",
            "-- nexus: minimum-reader 3\nALTER TABLE one DROP id"));
        var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() => fixture.MigrateAsync(old));
        Assert.Contains("needs a newer Nexus", error.Message, StringComparison.Ordinal);
        Assert.Contains("0003", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreIncompatibleException>(() => fixture.Migrator(old).VerifyAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_changed_migration_is_refused_by_name()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.MigrateAsync(MigrationFixture.Set("CREATE TABLE one (id int)"));
        var changed = MigrationFixture.Set("CREATE TABLE one (id bigint)");

        var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() => fixture.MigrateAsync(changed));

        Assert.Contains("0001_step1", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreIncompatibleException>(() => fixture.Migrator(changed).VerifyAsync(CancellationToken.None));
        await Assert.ThrowsAsync<StoreIncompatibleException>(() => fixture.Migrator(changed).PlanAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_record_that_was_removed_by_hand_is_noticed()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        var set = MigrationFixture.Set("CREATE TABLE one (id int)", "CREATE TABLE two (id int)");
        await fixture.MigrateAsync(set);
        await fixture.Database.ExecuteAsync("DELETE FROM nexus_meta WHERE name = 'migration.0001'");

        var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() => fixture.MigrateAsync(set));

        Assert.Contains("0001_step1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_migration_leaves_nothing_of_itself_and_says_where()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        var set = MigrationFixture.Set("CREATE TABLE one (id int)", "CREATE TABLE two (id int);\nINSERT INTO two VALUES ('Hunter2')");

        var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() => fixture.MigrateAsync(set));

        Assert.Contains("0002_step2 failed at statement 2 of 2", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Hunter2", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("one", await fixture.Database.ScalarAsync<string>(
            "SELECT string_agg(tablename::text, ',') FROM pg_tables WHERE tablename IN ('one', 'two')"));
        await fixture.MigrateAsync(MigrationFixture.Set("CREATE TABLE one (id int)", "CREATE TABLE two (id int)"));
    }

    [Theory]
    [InlineData("CREATE TABLE sessions (chat_id varchar(50) PRIMARY KEY)")]
    [InlineData("CREATE TABLE trade_journal (id serial PRIMARY KEY)")]
    public async Task A_legacy_database_is_never_adopted_on_the_way(string table)
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(table);

        foreach (var attempt in new Func<PostgresMigrator, Task>[]
        {
            migrator => migrator.MigrateAsync(null, CancellationToken.None), migrator => migrator.VerifyAsync(CancellationToken.None),
            migrator => migrator.PlanAsync(CancellationToken.None),
        })
        {
            var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() => attempt(fixture.Migrator()));
            Assert.Contains("migrate the database", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(1L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Fact]
    public async Task A_missing_schema_tells_to_migrate()
    {
        await using var fixture = await MigrationFixture.CreateAsync();

        var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() => fixture.Migrator().VerifyAsync(CancellationToken.None));

        Assert.Contains($"{string.Join(", ", MigrationSet.Embedded.All)}; migrate the database", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_create_gets_the_grant_that_helps()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        var role = fixture.Database.Name + "_role";
        await fixture.Database.ExecuteAsync($"CREATE ROLE {role} LOGIN");
        try
        {
            var error = await Assert.ThrowsAsync<NexusConfigurationException>(() => fixture.Migrator(user: role)
                .MigrateAsync(null, CancellationToken.None));
            Assert.Contains("GRANT USAGE, CREATE ON SCHEMA \"public\"", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Database.ExecuteAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_read_only_server_says_so_and_an_up_to_date_schema_passes_there()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.Database.ExecuteAsync($"ALTER DATABASE {fixture.Database.Name} SET default_transaction_read_only = on");

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => fixture.MigrateAsync());
        Assert.Equal(StoreUnavailableReason.ReadOnly, error.Reason);

        await fixture.Database.ExecuteAsync(
            $"SET default_transaction_read_only = off; ALTER DATABASE {fixture.Database.Name} RESET default_transaction_read_only");
        await fixture.MigrateAsync();
        await fixture.Database.ExecuteAsync($"ALTER DATABASE {fixture.Database.Name} SET default_transaction_read_only = on");
        await fixture.MigrateAsync();
        await fixture.Migrator().VerifyAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_time_limit_of_the_role_does_not_end_a_migration()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.Database.ExecuteAsync($"ALTER DATABASE {fixture.Database.Name} SET statement_timeout = 200");

        await fixture.MigrateAsync(MigrationFixture.Set("SELECT pg_sleep(0.5); CREATE TABLE one (id int)"));

        await fixture.Migrator(MigrationFixture.Set("SELECT pg_sleep(0.5); CREATE TABLE one (id int)")).VerifyAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_pooler_in_transaction_mode_cannot_carry_migrations()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = PostgresDataSource.Create(
            new NexusOptions { Database = database.Url + "&pgbouncer=true", MinPoolSize = 0 }.ForPostgres());

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(() => new PostgresMigrator(source, "public")
            .MigrateAsync(null, CancellationToken.None));

        Assert.Contains("direct connection", error.Message, StringComparison.Ordinal);
    }
}
