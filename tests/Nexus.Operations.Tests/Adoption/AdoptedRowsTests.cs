using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.Adoption;

namespace Nexus.Operations.Tests.Adoption;

public class AdoptedRowsTests
{
    private const string Rows = """
        INSERT INTO sessions (chat_id, api_key, api_secret, config, updated_at) VALUES
            ('100', NULL, '', '{"mode": "PILOT", "leverage": 5, "strategies": {"TREND": true, "GRID": false}, "disabled_assets": ["BTC"]}',
                '2026-01-02 03:04:05.678901'),
            ('-200', '', NULL, NULL, NULL),
            ('300', NULL, NULL, 'null', '2026-07-01 00:00:00');
        INSERT INTO bot_state (enabled_strategies, group_config, disabled_assets, updated_at)
            VALUES ('{"TREND": true}', '{"CRYPTO": true, "_AI_FILTER": false}', '["DOGE", "SHIB", "DOGE"]', '2026-01-02 03:04:05');
        INSERT INTO users (chat_id, name, role, expires_at, created_at, timezone, telegram_id, enabled_groups) VALUES
            ('100', 'Ada', 'admin', NULL, '2025-12-31 23:59:59', 'Europe/Madrid', 4611686018427387904, '{"CRYPTO": false}'),
            ('-200', NULL, NULL, '2020-01-01 00:00:00', NULL, NULL, NULL, NULL),
            ('300', 'Niño 🦤', 'user', '2099-06-01 12:00:00', '2026-01-01', 'UTC', NULL, '{"CRYPTO": true}');
        """;

    private static Task<LegacyDatabase> CreateAsync(string more = "") =>
        LegacyDatabase.CreateAsync(
            LegacyDatabase.Sessions,
            LegacyDatabase.BotState,
            LegacyDatabase.Users,
            LegacyDatabase.Unknown,
            Rows,
            more.Length == 0 ? "SELECT 1" : more);

    [Fact]
    public async Task Every_row_is_what_it_was()
    {
        await using var database = await CreateAsync();

        var report = await database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = "UTC" });

        Assert.Empty(report.Rejects);
        Assert.Equal(
            [
                """-200|||{}|||1""",
                """100|||{"mode": "PILOT", "leverage": 5, "strategies": {"GRID": false, "TREND": true}, "disabled_assets": """
                    + """["BTC"]}|PILOT|{"GRID": false, "TREND": true}|1""",
                """300|||{}|||1""",
            ],
            await database.QueryAsync("SELECT concat(chat_id, '|', api_key, '|', api_secret, '|', config, '|', mode, '|', strategies, '|', "
                + "version) FROM sessions ORDER BY 1"));
        Assert.Equal(
            ["100 2026-01-02 03:04:05.678901", "300 2026-07-01 00:00:00"],
            await database.QueryAsync("SELECT chat_id || ' ' || (updated_at AT TIME ZONE 'UTC') FROM sessions WHERE chat_id <> '-200' ORDER BY 1"));
        Assert.Equal(
            ["""1|{"TREND": true}|{"CRYPTO": true}|{DOGE,SHIB}|f|2026-01-02 03:04:05|1"""],
            await database.QueryAsync("SELECT concat_ws('|', id, enabled_strategies, group_config, disabled_assets, ai_filter_enabled, "
                + "last_updated AT TIME ZONE 'UTC', version) FROM bot_state"));
        Assert.Equal(
            [
                """1000|100|Ada|admin||2025-12-31 23:59:59|Europe/Madrid|4611686018427387904|{"CRYPTO": false}|1""",
                """1001|-200||user|2020-01-01 00:00:00|now|UTC||{"ETFS": true, "CRYPTO": true, "STOCKS": true}|1""",
                """1002|300|Niño 🦤|user|2099-06-01 12:00:00|2026-01-01 00:00:00|UTC||{"CRYPTO": true}|1""",
            ],
            await database.QueryAsync(
                """
                SELECT concat(id, '|', chat_id, '|', name, '|', role, '|', expires_at AT TIME ZONE 'UTC', '|',
                    CASE WHEN chat_id = '-200' THEN 'now' ELSE (created_at AT TIME ZONE 'UTC')::text END,
                    '|', timezone, '|', telegram_id, '|', enabled_groups, '|', version) FROM users ORDER BY id
                """));
    }

    [Fact]
    public async Task The_bot_goes_on_with_what_it_had()
    {
        await using var database = await CreateAsync();
        await database.AdoptAsync();
        await using var nexus = await database.OpenAsync();

        Assert.Equal("PILOT", (await nexus.Sessions.GetAsync(100))!.Config.Root.GetProperty("mode").GetString());
        Assert.Equal(
            ["100"], (await nexus.Sessions.ListAsync(mode: "PILOT", strategy: "TREND").ToListAsync()).Select(session => session.ChatId.Value));
        Assert.Equal(["DOGE", "SHIB"], (await nexus.BotState.GetAsync()).DisabledAssets);
        Assert.False((await nexus.BotState.GetAsync()).AiFilterEnabled);
        Assert.True((await nexus.Users.CheckAccessAsync(100)).Allowed);
        Assert.False((await nexus.Users.CheckAccessAsync(-200)).Allowed);
        await nexus.Sessions.SaveAsync(new Nexus.Sessions.Session(ChatId.Parse("100"), "new key", "new secret", StateJson.Parse("{}")));
        Assert.Equal("new key", (await nexus.Sessions.GetAsync(100))!.ApiKey!.Reveal());
        // The next number follows the legacy's.
        await nexus.Users.SaveAsync(400, "Eva", days: null);
        Assert.Equal(1003, await database.Database.ScalarAsync<int>("SELECT id FROM users WHERE chat_id = '400'"));
    }

    [Fact]
    public async Task Unknown_tables_and_columns_stay_as_they_are()
    {
        await using var database = await CreateAsync("ALTER TABLE sessions ADD note text NOT NULL DEFAULT 'x'; ALTER TABLE users ADD referrer "
            + "varchar(9); UPDATE users SET referrer = 'friend'; ALTER TABLE users ALTER referrer SET NOT NULL");
        const string tables = "SELECT t::text FROM (SELECT to_jsonb(p) AS t FROM "
            + "performance_metrics p UNION ALL SELECT to_jsonb(c) FROM strategy_calibration c) a ORDER BY 1";
        var before = await database.QueryAsync(tables);

        var report = await database.AdoptAsync();

        Assert.Equal(before, await database.QueryAsync(tables));
        Assert.Equal(
            "timestamp without time zone",
            await database.Database.ScalarAsync<string>(
                "SELECT data_type::text FROM information_schema.columns WHERE table_name = 'performance_metrics' AND column_name = 'calculated_at'"));
        Assert.Equal(["x", "x", "x"], await database.QueryAsync("SELECT note FROM sessions"));
        Assert.Equal(["friend", "friend", "friend"], await database.QueryAsync("SELECT referrer::text FROM users"));
        Assert.DoesNotContain(report.Changes, change => change.Table is "performance_metrics");
        // Otherwise nobody could be added any more.
        await using var nexus = await database.OpenAsync();
        await nexus.Users.SaveAsync(400, "Eva", days: null);
    }

    [Fact]
    public async Task Calibrations_are_copied_once_and_rows_that_cannot_be_are_reported()
    {
        await using var database = await CreateAsync("""
            ALTER TABLE strategy_calibration ADD symbol varchar(20), ADD exchange varchar(50), ADD confidence_threshold numeric(3,2),
                ADD leverage_multiplier numeric(5,2), ADD position_size_multiplier numeric(5,2), ADD win_rate_estimate numeric(5,4);
            INSERT INTO strategy_calibration (id, chat_id, strategy, symbol, exchange, is_active, confidence_threshold, leverage_multiplier,
                position_size_multiplier, win_rate_estimate)
            VALUES (101, '100', 'GRID', 'BTCUSDT', 'BYBIT', false, 0.65, 1.37, 0.45, 0.5555), (102, '100', 'DCA', NULL, NULL, true, 0.5, 1, 1, NULL),
                (103, '100', 'DCA', NULL, NULL, true, 0.6, 1, 1, NULL), (104, '100', 'BAD', NULL, NULL, true, 2.5, 1, 1, NULL),
                (105, NULL, 'NONE', NULL, NULL, true, 0.5, 1, 1, NULL)
            """);

        var report = await database.AdoptAsync();

        Assert.Equal(3, Assert.Single(report.Changes, change => change.Table == "strategy_calibration").Rows);
        Assert.Equal(
            [("104", "confidenceThreshold"), ("105", "chat_id"), ("102", "id")],
            report.Rejects.Where(reject => reject.Table == "strategy_calibration").Select(reject => (reject.Key, reject.Column))
                .OrderBy(reject => reject.Column != "confidenceThreshold").ThenBy(reject => reject.Column));
        await using (var nexus = await database.OpenAsync())
        {
            var copied = (await nexus.Calibration.GetAsync(100, "GRID", "BTCUSDT", "BYBIT"))!.Values;
            Assert.Equal((0.65m, 1.37m, 0.45m, 0.5555m, false), (
                copied.ConfidenceThreshold, copied.LeverageMultiplier, copied.SizeMultiplier, copied.WinRateEstimate, copied.IsActive));
            Assert.Equal(0.6m, (await nexus.Calibration.FindAsync(100, "DCA"))!.Values.ConfidenceThreshold);
            Assert.NotNull(await nexus.Calibration.FindAsync(1, "GRID"));
            await nexus.Calibration.DeleteAsync(100, "DCA");
        }
        await database.AdoptAsync();
        await using var again = await database.OpenAsync();
        Assert.Null(await again.Calibration.FindAsync(100, "DCA"));
    }

    [Fact]
    public async Task Calibrations_with_unusual_names_are_copied_found_changed_and_deleted()
    {
        await using var database = await CreateAsync("""
            DROP TABLE strategy_calibration;
            CREATE TABLE strategy_calibration (chat_id varchar(50), strategy text, symbol text, confidence_threshold numeric(3,2));
            INSERT INTO strategy_calibration (chat_id, strategy, symbol, confidence_threshold)
            VALUES ('100', E'GRID\t1', NULL, 0.6), ('100', ' ', E'BTC\u200BUSDT', 0.5), ('100', repeat('s', 257), 'X', 0.5)
            """);

        var report = await database.AdoptAsync();

        Assert.Equal(2, Assert.Single(report.Changes, change => change.Table == "strategy_calibration").Rows);
        // Without ids the names tell which row it is.
        var left = Assert.Single(report.Rejects, reject => reject.Table == "strategy_calibration");
        Assert.Equal(($"100/{new string('s', 257)}/X/", "strategy"), (left.Key, left.Column));
        await using var nexus = await database.OpenAsync();
        Assert.Equal(0.6m, (await nexus.Calibration.FindAsync(100, "GRID\t1", "BTCUSDT"))!.Values.ConfidenceThreshold);
        Assert.Equal(0.5m, (await nexus.Calibration.GetAsync(100, " ", "BTC\u200BUSDT"))!.Values.ConfidenceThreshold);
        Assert.Equal(2, (await nexus.Calibration.SaveAsync(100, "GRID\t1", new CalibrationValues())).Version);
        Assert.True((await nexus.Calibration.DeleteAsync(100, " ", "BTC\u200BUSDT")).Existed);
        await Assert.ThrowsAsync<NexusValidationException>(() => nexus.Calibration.SaveAsync(100, " ", new CalibrationValues(), "BTC\u200BUSDT"));
    }

    [Fact]
    public async Task A_schema_other_than_public_is_adopted_alone()
    {
        await using var database = await LegacyDatabase.CreateInSchemaAsync(
            "Old bot", LegacyDatabase.Sessions, LegacyDatabase.BotState, LegacyDatabase.Users, LegacyDatabase.Journal, Rows);

        await database.AdoptAsync();

        await using var nexus = await database.OpenAsync();
        Assert.Equal(3, (await nexus.GetStatusAsync()).Sessions);
        Assert.Equal(0L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"));
    }

    [Fact]
    public async Task The_report_says_what_was_done_to_how_many_rows()
    {
        await using var database = await CreateAsync();

        var report = await database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = "UTC" });

        Assert.Contains(new AdoptionChange("sessions", "updated_at: timestamp without time zone → timestamp with time zone", 2), report.Changes);
        Assert.Contains(new AdoptionChange("sessions", "empty config set to its default", 2), report.Changes);
        Assert.Contains(new AdoptionChange("bot_state", "disabled_assets: jsonb → text[]", 1), report.Changes);
        Assert.Contains(new AdoptionChange("bot_state", "_AI_FILTER moved from group_config to ai_filter_enabled", 1), report.Changes);
        Assert.Contains(new AdoptionChange("users", "empty role set to its default", 1), report.Changes);
        Assert.Contains(new AdoptionChange("trades", "table created", 0), report.Changes);
        Assert.Equal("UTC", report.TimeZone);
    }
}
