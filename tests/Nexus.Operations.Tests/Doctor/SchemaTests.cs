using Nexus.Operations.Doctor.Schema;
using Nexus.Postgres;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Doctor;

/// <summary>
/// A schema that was changed by hand. Each difference is named, and the statements of its fix, run as they stand, make the schema that of the
/// migrations again.
/// </summary>
public sealed class SchemaTests
{
    /// <summary>A word that occurs nowhere in the schema.</summary>
    private const string Marker = "schema_of_the_marker";

    [Fact]
    public async Task The_expected_schema_is_what_the_migrations_make()
    {
        await using var database = await MigrateAsync(Marker);
        var content = ExpectedSchema.Write(await ReadAsync(database, Marker), Marker);
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Nexus.slnx"))) folder = folder.Parent!;
        var file = Path.Combine(folder.FullName, "src", "Nexus.Operations", "Doctor", "Schema", "schema.txt");
        if (Environment.GetEnvironmentVariable("NEXUS_WRITE_REFERENCE") == "1") await File.WriteAllTextAsync(file, content);
        Assert.True(content == await File.ReadAllTextAsync(file), "schema.txt is not current: run this test with NEXUS_WRITE_REFERENCE=1");
    }

    [Theory]
    [InlineData("public")]
    [InlineData("With \"quotes\", and it's $1")]
    public async Task A_schema_of_the_migrations_has_no_difference(string schema)
    {
        await using var database = await MigrateAsync(schema);
        Assert.Empty(await CompareAsync(database, schema));
        // Made as trades arrive.
        await database.ExecuteAsync($"SELECT {SqlIdentifier.Quote(schema)}.nexus_ensure_trade_partition('2026-05-05')");
        Assert.Empty(await CompareAsync(database, schema));
    }

    [Theory]
    [InlineData("DROP INDEX users_name_idx", "the index users_name_idx of the table users is missing")]
    [InlineData("DROP INDEX sessions_strategies_idx", "the index sessions_strategies_idx of the table sessions is missing")]
    [InlineData("DROP INDEX trades_id_idx", "the index trades_id_idx of the table trades is missing")]
    [InlineData("DROP INDEX users_name_idx; CREATE INDEX users_name_idx ON users (name)",
        "the index users_name_idx of the table users is CREATE INDEX")]
    [InlineData("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_end_idx'::regclass", "users_end_idx of the table users is invalid")]
    [InlineData("CREATE INDEX mine ON users (timezone); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'mine'::regclass",
        "mine of the table users is invalid")]
    [InlineData("DROP INDEX trades_id_idx; CREATE INDEX trades_id_idx ON ONLY trades (id)", "the index trades_id_idx of the table trades is invalid")]
    [InlineData("ALTER TABLE users DROP CONSTRAINT users_pkey", "the constraint users_pkey of the table users is missing")]
    [InlineData("ALTER TABLE trades DROP CONSTRAINT trades_side_check", "the constraint trades_side_check of the table trades is missing")]
    [InlineData("ALTER TABLE tasks DROP CONSTRAINT tasks_missed_check, "
        + "ADD CONSTRAINT tasks_missed_check CHECK (missed IN ('once', 'all', 'skip', 'x'))",
        "the constraint tasks_missed_check of the table tasks is CHECK")]
    [InlineData("ALTER TABLE tasks DROP CONSTRAINT tasks_missed_check, "
        + "ADD CONSTRAINT tasks_missed_check CHECK (missed IN ('once', 'all', 'skip')) NOT VALID",
        "tasks_missed_check of the table tasks is ")]
    [InlineData("DROP TRIGGER nexus_trade_updated ON trades", "the trigger nexus_trade_updated of the table trades is missing")]
    [InlineData("ALTER TABLE trades DISABLE TRIGGER nexus_trade_deleted", "the trigger nexus_trade_deleted of the table trades is switched off")]
    [InlineData("ALTER TABLE trades_2026_05 DISABLE TRIGGER nexus_trade_deleted",
        "nexus_trade_deleted of the partition trades_2026_05 is switched off")]
    [InlineData("ALTER TABLE users DISABLE TRIGGER ALL; ALTER TABLE trades ENABLE REPLICA TRIGGER nexus_trade_inserted",
        "nexus_trade_inserted of the table trades is switched off")]
    [InlineData("ALTER TABLE users ALTER role DROP DEFAULT", "the default of the column users.role is missing")]
    [InlineData("ALTER TABLE users ALTER role SET DEFAULT 'admin'", "the default of the column users.role is 'admin'")]
    [InlineData("ALTER TABLE users ALTER expires_at SET DEFAULT now()", "the column users.expires_at has the default now()")]
    [InlineData("ALTER TABLE users ALTER id DROP DEFAULT", "the default of the column users.id is missing")]
    [InlineData("ALTER TABLE users ALTER name TYPE varchar(20)", "the column users.name is character varying(20) instead of character varying(256)")]
    [InlineData("ALTER TABLE trades ALTER pnl TYPE numeric(10,2)", "the column trades.pnl is numeric(10,2) instead of numeric")]
    [InlineData("ALTER TABLE users ALTER updated_at TYPE timestamp", "the column users.updated_at is timestamp without time zone")]
    [InlineData("ALTER TABLE users ALTER timezone DROP NOT NULL", "NOT NULL of the column users.timezone is missing")]
    [InlineData("ALTER TABLE users ALTER name SET NOT NULL", "the column users.name is NOT NULL")]
    [InlineData("ALTER TABLE users ADD email text NOT NULL", "the column users.email, which is not of Nexus, is NOT NULL without a default")]
    [InlineData("ALTER TABLE users ADD \"e\nok     keys: \\ \u202e\"\"\" text NOT NULL", ", which is not of Nexus, is NOT NULL without a default")]
    [InlineData("ALTER TABLE sessions DROP COLUMN mode", "the column sessions.mode is missing")]
    [InlineData("ALTER TABLE sessions DROP COLUMN mode, ADD mode text GENERATED ALWAYS AS (config ->> 'mode') STORED; "
        + "CREATE INDEX sessions_mode_idx ON sessions (mode, chat_id)", "the expression of the generated column sessions.mode is ")]
    [InlineData("ALTER TABLE nexus_trade_sums ALTER id DROP IDENTITY", "the identity of the column nexus_trade_sums.id is missing")]
    [InlineData("ALTER SEQUENCE users_id_seq OWNED BY NONE", "the ownership of the sequence users_id_seq by users.id is missing")]
    [InlineData("ALTER SEQUENCE users_id_seq AS smallint MAXVALUE 30000", "the sequence users_id_seq is smallint instead of integer")]
    [InlineData("DROP FUNCTION nexus_merge_document", "the function nexus_merge_document(target jsonb, patch jsonb, field text) is missing")]
    [InlineData("CREATE OR REPLACE FUNCTION nexus_merge_patch(target jsonb, patch jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS 'SELECT patch'",
        "the function nexus_merge_patch(target jsonb, patch jsonb) is not the one of the migrations")]
    [InlineData("ALTER FUNCTION nexus_bucket SECURITY DEFINER", "the function nexus_bucket(chat text) is not the one of the migrations")]
    [InlineData("ALTER TABLE sessions RESET (fillfactor)", "the setting fillfactor of the table sessions is missing")]
    [InlineData("ALTER TABLE sessions SET (fillfactor = 100)", "the setting fillfactor of the table sessions is 100 instead of 50")]
    [InlineData("ALTER TABLE tasks SET (autovacuum_enabled = off)", "autovacuum is switched off for the table tasks")]
    [InlineData("ALTER TABLE calibrations SET UNLOGGED", "the table calibrations is UNLOGGED")]
    [InlineData("ALTER TABLE trades_2026_05 SET UNLOGGED", "the partition trades_2026_05 is UNLOGGED")]
    [InlineData("ALTER TABLE users ENABLE ROW LEVEL SECURITY", "the table users has row-level security")]
    public async Task A_difference_is_named_and_its_fix_removes_it(string damage, string expected)
    {
        await using var database = await MigrateAsync("public");
        await database.ExecuteAsync("SELECT nexus_ensure_trade_partition('2026-05-05')");
        await database.ExecuteAsync(damage);

        var differences = await CompareAsync(database, "public");

        Assert.True(differences.Count > 0 && differences.Any(one => one.Message.Contains(expected, StringComparison.Ordinal)),
            $"not named; found: {string.Join("; ", differences.Select(one => one.Message))}");
        foreach (var difference in differences)
        {
            // A name cannot write a line of its own.
            Assert.DoesNotContain("\nok", difference.Sql!, StringComparison.Ordinal);
            // One by one: an index is not built concurrently among other statements.
            string[] statements = difference.Sql!.StartsWith("CREATE OR REPLACE", StringComparison.Ordinal)
                ? [difference.Sql] : difference.Sql.Split("; ");
            foreach (var statement in statements) await database.ExecuteAsync(statement);
        }
        Assert.Equal([], (await CompareAsync(database, "public")).Select(one => one.Message));
    }

    [Theory]
    [InlineData("ALTER TABLE users ALTER name TYPE text, ALTER id TYPE bigint; ALTER SEQUENCE users_id_seq AS bigint")]
    [InlineData("ALTER TABLE users ALTER name TYPE varchar(1000), ADD email text, ADD seen timestamptz NOT NULL DEFAULT now()")]
    [InlineData("CREATE INDEX mine ON users (timezone); "
        + "CREATE TABLE other (id integer NOT NULL); ALTER TABLE users SET (autovacuum_vacuum_threshold = 5)")]
    [InlineData("CREATE UNLOGGED TABLE trades_mine (id integer)")]
    [InlineData("CREATE TABLE other (id integer); CREATE TRIGGER nexus_legacy_insert BEFORE INSERT ON other FOR EACH ROW EXECUTE FUNCTION "
        + "nexus_refuse_legacy_writer(); CREATE TRIGGER nexus_trade_deleted BEFORE DELETE ON other FOR EACH ROW EXECUTE FUNCTION "
        + "nexus_refuse_legacy_writer(); ALTER TABLE other DISABLE TRIGGER ALL")]
    [InlineData("CREATE VIEW seen AS SELECT * FROM users; CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'")]
    public async Task What_an_operator_may_change_is_no_difference(string change)
    {
        await using var database = await MigrateAsync("public");
        await database.ExecuteAsync(change);
        Assert.Equal([], (await CompareAsync(database, "public")).Select(one => one.Message));
    }

    [Fact]
    public async Task A_column_whose_values_are_lost_comes_from_a_backup()
    {
        await using var database = await MigrateAsync("public");
        await database.ExecuteAsync("ALTER TABLE users DROP COLUMN telegram_id");
        var difference = Assert.Single(await CompareAsync(database, "public"));
        Assert.Equal(("the column users.telegram_id is missing", null), (difference.Message, difference.Sql));
    }

    [Fact]
    public async Task A_restored_schema_has_no_difference()
    {
        await using var database = await MigrateAsync("public");
        await using var restored = await TestDatabase.CreateAsync();
        using var folder = new TempFolder("schema");
        var programs = database.Cluster.Binaries;
        var (dumped, _, error) = await ChildProcess.RunAsync(programs["pg_dump"], ["--file", folder["dump.sql"], "--dbname", database.Url]);
        Assert.True(dumped == 0, error);
        (var loaded, _, error) = await ChildProcess.RunAsync(programs["psql"], ["-q", "--file", folder["dump.sql"], "--dbname", restored.Url]);
        Assert.True(loaded == 0, error);

        Assert.Equal([], (await CompareAsync(restored, "public")).Select(one => one.Message));
    }

    internal static async Task<IReadOnlyList<SchemaDifference>> CompareAsync(TestDatabase database, string schema) =>
        SchemaComparison.Run(ExpectedSchema.Of(schema), await ReadAsync(database, schema), schema);

    private static async Task<IReadOnlyList<SchemaObject>> ReadAsync(TestDatabase database, string schema)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        return await SchemaCatalog.ReadAsync(connection, schema, CancellationToken.None);
    }

    private static async Task<TestDatabase> MigrateAsync(string schema)
    {
        var database = await TestDatabase.CreateAsync();
        var options = new NexusOptions { Database = database.Url, Schema = schema, MinPoolSize = 0 };
        await using var source = PostgresDataSource.Create(options.ForPostgres());
        await new PostgresMigrator(source, schema).MigrateAsync(null, CancellationToken.None);
        return database;
    }
}
