using Nexus.Errors;
using Nexus.Operations.Doctor.Schema;
using Nexus.Operations.Keys;
using Nexus.Postgres;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Upgrade;

/// <summary><c>nexus migrate --to</c>.</summary>
public sealed class DowngradeTests
{
    /// <summary>The newest migration that is not undone.</summary>
    private const int Oldest = 6;

    private const string Columns = """
        SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || coalesce(numeric_precision || ',' || numeric_scale, '')
        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1
        """;

    private const string Others = """
        SELECT c.relname || ' ' || c.relkind::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind <> 't'
        UNION ALL SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace ORDER BY 1
        """;

    [Fact]
    public async Task A_schema_goes_back_step_by_step_to_what_it_was_and_forth_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = Source(database);
        var forth = new Dictionary<int, string>();
        for (var number = Oldest; number <= MigrationSet.Embedded.Newest; number++)
        {
            var known = new MigrationSet(MigrationSet.Embedded.All.Take(number));
            await new PostgresMigrator(source, "public") { Known = known }.MigrateAsync(null, CancellationToken.None);
            if (number == Oldest) await database.ExecuteAsync(Trade(1));
            forth[number] = await DescribeAsync(database);
        }

        for (var number = MigrationSet.Embedded.Newest - 1; number >= Oldest; number--)
        {
            var undone = await new PostgresMigrator(source, "public").RevertAsync(number, isDryRun: false, null, CancellationToken.None);
            Assert.Equal(number + 1, Assert.Single(undone).Number);
            Assert.Equal(forth[number], await DescribeAsync(database));
        }
        Assert.Equal("1", await database.ScalarAsync<string>("SELECT value FROM nexus_meta WHERE name = 'minimum_reader'"));
        await new PostgresMigrator(source, "public").MigrateAsync(null, CancellationToken.None);
        Assert.Equal(forth[MigrationSet.Embedded.Newest], await DescribeAsync(database));
        Assert.Equal(65000.12345678m, await database.ScalarAsync<decimal>("SELECT entry_price FROM trades"));
    }

    [Fact]
    public async Task A_schema_on_which_an_instance_runs_does_not_go_back()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = Source(database);
        using var folder = new TempFolder("downgrade");
        var options = new NexusOptions { Database = database.Url, DataFolder = folder.Path, Keys = KeyMaintenance.Generate(), MinPoolSize = 0 };
        await using (await NexusDb.OpenAsync(options))
        {
            var refused = await Assert.ThrowsAsync<StoreIncompatibleException>(
                () => new PostgresMigrator(source, "public").RevertAsync(18, isDryRun: false, null, CancellationToken.None));
            Assert.Contains("an instance runs on it: stop every instance first. Nothing was changed", refused.Message, StringComparison.Ordinal);
            Assert.NotEmpty(await new PostgresMigrator(source, "public").RevertAsync(18, isDryRun: true, null, CancellationToken.None));
        }
        Assert.NotEmpty(await new PostgresMigrator(source, "public").RevertAsync(18, isDryRun: false, null, CancellationToken.None));
    }

    [Fact]
    public void Every_migration_says_whether_it_can_be_undone()
    {
        var files = typeof(MigrationSet).Assembly.GetManifestResourceNames()
            .Where(name => name.Contains(".Migrations.Reversals.", StringComparison.Ordinal)).Select(name => name.Split('.')[^2]).Order();
        Assert.Equal(MigrationSet.Embedded.All.Select(migration => migration.ToString()), files);
    }

    [Theory]
    [InlineData("INSERT INTO keyed_state (id, value) VALUES ('dialogs/1', '1')", 6, "0007_keyed_state", "holds 1 values")]
    [InlineData("INSERT INTO nexus_leases (name, holder, epoch, expires_at) VALUES ('l', 'me', 1, now() + interval '1 h')", 7, "0008_leases",
        "me holds")]
    [InlineData("INSERT INTO tasks (id, chat_id, action, schedule_type, schedule_value) VALUES (gen_random_uuid(), '1', 'a', 'date', 'x')", 6,
        "0012_tasks", "1 scheduled tasks")]
    [InlineData("INSERT INTO calibrations VALUES ('1/S//', '1', 'S', NULL, NULL, 0.5, 1, 1, 0.5)", 6, "0013_calibrations", "1 calibrations")]
    [InlineData("INSERT INTO nexus_history VALUES (now(), gen_random_uuid(), 'users', '1', 'k', 'n', 'o', 'a', 1, '{}')", 13,
        "0014_history", "1 changes")]
    [InlineData("UPDATE trades SET fills = '[]'", 14, "0015_fills", "1 trades have fills")]
    [InlineData("UPDATE trades SET exact_leverage = 2.5", 14, "0015_fills", "not a whole number")]
    [InlineData("UPDATE trades SET fees = 0.000000001", 14, "0015_fills", "more than 8 decimal places")]
    [InlineData("UPDATE trades SET quantity = 1000000000000", 14, "0015_fills", "from 1000000000000")]
    [InlineData("INSERT INTO nexus_shard VALUES (true, gen_random_uuid(), 0, 1, 0::bit(4096))", 15, "0016_shards", "several shards")]
    [InlineData("SELECT 1", 5, "0006_document_size", "API keys")]
    [InlineData("SELECT 1", 1, "0006_document_size", "API keys")]
    public async Task What_would_lose_a_record_is_refused_by_name_and_nothing_changes(string change, int target, string migration, string reason)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = Source(database);
        var migrator = new PostgresMigrator(source, "public");
        await migrator.MigrateAsync(null, CancellationToken.None);
        await database.ExecuteAsync(Trade(1));
        await database.ExecuteAsync(change);
        var before = await DescribeAsync(database);

        foreach (var isDryRun in new[] { true, false })
        {
            var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() =>
                migrator.RevertAsync(target, isDryRun, null, CancellationToken.None));
            Assert.Contains($"migration {migration} cannot be undone: ", error.Message, StringComparison.Ordinal);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, await DescribeAsync(database));
    }

    [Fact]
    public async Task A_refusal_says_when_the_older_program_can_use_the_schema_as_it_is()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = Source(database);
        var migrator = new PostgresMigrator(source, "public");
        await migrator.MigrateAsync(null, CancellationToken.None);
        await database.ExecuteAsync("INSERT INTO keyed_state (id, value) VALUES ('dialogs/1', '1')");

        var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() => migrator.RevertAsync(6, isDryRun: true, null, CancellationToken.None));

        Assert.Contains("A Nexus that knows migration 0006 can use a schema with migration 0007: go back to 7 only", error.Message,
            StringComparison.Ordinal);
        var never = await Assert.ThrowsAsync<StoreIncompatibleException>(() => migrator.RevertAsync(2, isDryRun: true, null, CancellationToken.None));
        Assert.DoesNotContain("can use a schema", never.Message, StringComparison.Ordinal);
        await migrator.RevertAsync(7, isDryRun: false, null, CancellationToken.None);
        var older = new PostgresMigrator(source, "public") { Known = new MigrationSet(MigrationSet.Embedded.All.Take(6)) };
        await older.MigrateAsync(null, CancellationToken.None);
    }

    [Fact]
    public async Task The_command_reports_what_it_would_do_does_it_and_refuses_other_numbers()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var nexus = new NexusProgram();
        nexus.Environment["DATABASE_URL"] = database.Url;
        (await nexus.RunAsync("migrate")).Expect(0);
        var newest = MigrationSet.Embedded.All[^1];

        var plan = (await nexus.RunAsync("migrate", "--to", "14", "--dry-run")).Expect(0);
        Assert.Contains($"would undo {newest}:", plan.Output, StringComparison.Ordinal);
        Assert.Contains("DROP COLUMN fills", plan.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", plan.Output, StringComparison.Ordinal);
        Assert.Equal(newest.Number, await database.ScalarAsync<int>(SchemaState.NewestAppliedSql));

        var undone = (await nexus.RunAsync("migrate", "--to", "14", "--json")).Expect(0).Json.GetProperty("undone");
        Assert.Equal(newest.ToString(), undone[0].GetProperty("name").GetString());
        Assert.Equal("0015_fills", undone[undone.GetArrayLength() - 1].GetProperty("name").GetString());
        Assert.Equal(14, await database.ScalarAsync<int>(SchemaState.NewestAppliedSql));
        Assert.Equal("Nothing to do.\n", (await nexus.RunAsync("migrate", "--to", "14")).Expect(0).Output);

        (await nexus.RunAsync("migrate", "--to", "15")).Expect(1).ExpectOneLine("cannot go back to 0015; run nexus migrate");
        (await nexus.RunAsync("migrate", "--to", "0")).Expect(2).ExpectOneLine("must be the number of a migration");
        (await nexus.RunAsync("migrate", "--to", "13", "--audit-indexes")).Expect(2);
        nexus.Environment["DATABASE_URL"] = null;
        (await nexus.RunAsync("migrate", "--to", "14")).Expect(1).ExpectOneLine("the embedded store cannot go back");
    }

    private static Npgsql.NpgsqlDataSource Source(TestDatabase database) =>
        PostgresDataSource.Create(new NexusOptions { Database = database.Url, MinPoolSize = 0, MaxPoolSize = 2 }.ForPostgres());

    private static string Trade(int number) => $"""
        SELECT nexus_ensure_trade_partition('2025-01-03');
        INSERT INTO trades (chat_id, entry_timestamp, id, symbol, side, entry_price, quantity)
        VALUES ('1', '2025-01-03', '01937f1e-8a00-7000-8000-{number:000000000000}', 'BTCUSDT', 'LONG', 65000.12345678, 0.015)
        """;

    /// <summary>Everything but the settings of tables, which stay.</summary>
    private static async Task<string> DescribeAsync(TestDatabase database)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        var objects = (await SchemaCatalog.ReadAsync(connection, "public", CancellationToken.None))
            .Where(one => one.Kind != SchemaKinds.Setting).Select(one => one.ToString());
        return string.Join('\n', [
            .. await database.QueryAsync<string>(Columns), .. await database.QueryAsync<string>(Others), .. objects,
            .. await database.QueryAsync<string>("SELECT name || ' ' || value FROM nexus_meta ORDER BY 1")]);
    }
}
