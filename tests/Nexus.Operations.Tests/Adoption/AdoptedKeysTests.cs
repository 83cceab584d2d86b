using Nexus.Errors;

namespace Nexus.Operations.Tests.Adoption;

public class AdoptedKeysTests
{
    [Fact]
    public async Task Rows_without_a_key_or_with_that_of_a_newer_row_are_set_aside()
    {
        await using var database = await LegacyDatabase.CreateAsync(
            "CREATE TABLE sessions (chat_id text, api_key text, api_secret text, config jsonb, updated_at timestamp);" + LegacyDatabase.Users,
            """
            INSERT INTO sessions VALUES ('1', 'old-key', NULL, '{"n": 1}', '2025-01-01'), ('1', 'new-key', NULL, '{"n": 2}', '2026-01-01'), ('1',
                'undated', NULL, '{}', NULL), (NULL, 'nobody', NULL, '{}', '2026-01-01');
            INSERT INTO sessions SELECT repeat('9', 51), 'long', NULL, '{}', '2026-01-01';
            INSERT INTO users (chat_id, name) VALUES (NULL, 'Nobody'), ('1', 'Ada');
            """);

        var report = await database.AdoptAsync();

        Assert.Equal(["1"], await database.QueryAsync("SELECT chat_id::text FROM sessions"));
        Assert.Equal(
            "new-key", database.Open("sessions", "1", "api_key", await database.Database.ScalarAsync<string>("SELECT api_key FROM sessions")));
        Assert.Equal(
            ["sessions ", "sessions 1", "sessions 1", $"sessions {new string('9', 51)}", "users "],
            report.Rejects.Select(reject => $"{reject.Table} {reject.Key}").Order(StringComparer.Ordinal));
        Assert.Equal(
            ["sessions", "sessions", "sessions", "sessions", "users"], await database.QueryAsync("SELECT table_name FROM nexus_rejected ORDER BY 1"));
        Assert.Equal(
            "Nobody", await database.Database.ScalarAsync<string>("SELECT \"row\" ->> 'name' FROM nexus_rejected WHERE table_name = 'users'"));
    }

    [Fact]
    public async Task Foreign_keys_on_either_key_of_the_users_stay()
    {
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Users,
            "CREATE TABLE notes (user_id integer REFERENCES users (id), chat_id varchar(50) REFERENCES users (chat_id)); INSERT INTO users "
                + "(chat_id) VALUES ('1'); INSERT INTO notes VALUES (1000, '1')");

        await database.AdoptAsync();

        await using var nexus = await database.OpenAsync();
        await nexus.Users.SaveAsync(2, "Eva", days: null);
        await nexus.Users.SaveAsync(1, "Ada", days: null);
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => database.Database.ExecuteAsync("INSERT INTO notes VALUES (7, '1')"));
        Assert.Equal(2L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM users"));
    }

    [Theory]
    [InlineData("CREATE VIEW recent AS SELECT chat_id, updated_at FROM sessions", "view recent")]
    [InlineData("CREATE MATERIALIZED VIEW recent AS SELECT max(updated_at) FROM sessions", "view recent")]
    [InlineData("CREATE POLICY mine ON sessions USING (updated_at > '2020-01-01')", "policy mine")]
    public async Task What_stands_on_a_column_that_must_change_is_named_and_nothing_is_done(string sql, string name)
    {
        await using var database = await LegacyDatabase.CreateAsync(
            LegacyDatabase.BotState,
            LegacyDatabase.Sessions,
            "INSERT INTO sessions (chat_id) VALUES ('1'); INSERT INTO bot_state DEFAULT VALUES",
            sql);
        const string shape = "SELECT string_agg(attrelid::regclass || attname || atttypid::regtype, ',' ORDER BY attrelid, attnum) FROM "
            + "pg_attribute WHERE attrelid IN ('sessions'::regclass, 'bot_state'::regclass) AND attnum > 0";
        var before = await database.Database.ScalarAsync<string>(shape);

        var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() => database.AdoptAsync());

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await database.Database.ScalarAsync<string>(shape));
    }

    [Fact]
    public async Task A_view_on_columns_that_stay_is_no_hindrance()
    {
        await using var database = await LegacyDatabase.CreateAsync(
            LegacyDatabase.Sessions, "CREATE VIEW keys AS SELECT api_key FROM sessions; INSERT INTO sessions (chat_id) VALUES ('1')");

        await database.AdoptAsync();

        Assert.Equal(1L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM keys"));
    }

    [Theory]
    [InlineData("CREATE TABLE users (id serial PRIMARY KEY, email text)", "has no column chat_id")]
    [InlineData("CREATE TABLE trades (id serial PRIMARY KEY, chat_id varchar(50))", "table trades cannot be adopted by Nexus")]
    public async Task A_table_of_somebody_else_is_left_alone(string table, string message)
    {
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions, table);
        var before = await database.DumpAsync();

        var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() => database.AdoptAsync());

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relname IN ('bot_state', 'nexus_commits')"));
        Assert.Contains(
            before.Split('\n').First(line => line.StartsWith("CREATE TABLE public.sessions", StringComparison.Ordinal)),
            await database.DumpAsync(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_not_cut()
    {
        await using var database = await LegacyDatabase.CreateAsync(
            LegacyDatabase.Users + "ALTER TABLE users ALTER name TYPE text;", "INSERT INTO users (chat_id, name) VALUES ('1', repeat('n', 150))");

        var report = await database.AdoptAsync();

        Assert.Equal("name", Assert.Single(report.Rejects).Column);
        await using var nexus = await database.OpenAsync();
        Assert.Equal(150, (await nexus.Users.GetAsync(1))!.Name!.Length);
    }

    [Fact]
    public async Task A_role_that_nobody_knows_stays_and_is_reported()
    {
        await using var database = await LegacyDatabase.CreateAsync(
            LegacyDatabase.Users, "INSERT INTO users (chat_id, role) VALUES ('1', 'admin'), ('2', 'guest'), ('3', NULL)");

        var report = await database.AdoptAsync();

        Assert.Equal(("2", "role"), (Assert.Single(report.Rejects).Key, report.Rejects[0].Column));
        Assert.Equal(["admin", "guest", "user"], await database.QueryAsync("SELECT role::text FROM users ORDER BY chat_id"));
    }

    [Fact]
    public async Task A_column_named_like_a_generated_one_keeps_its_values()
    {
        await using var database = await LegacyDatabase.CreateAsync(
            LegacyDatabase.Sessions + "ALTER TABLE sessions ADD mode text;",
            """INSERT INTO sessions (chat_id, config, mode) VALUES ('1', '{"mode": "PILOT"}', 'mine')""");

        await database.AdoptAsync();

        Assert.Equal(["PILOT mine"], await database.QueryAsync("SELECT mode || ' ' || mode_legacy FROM sessions"));
    }
}
