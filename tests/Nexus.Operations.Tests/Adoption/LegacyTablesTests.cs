using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Chats;
using Nexus.Json;
using Nexus.Operations.ImportExport;
using Nexus.Tasks;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Operations.Tests.Adoption;

/// <summary>The way back: an adopted database, exported for the legacy bot, holds what one holds that was never adopted.</summary>
public sealed class LegacyTablesTests
{
    private const string Switches = """
        INSERT INTO bot_state (id, enabled_strategies, group_config, disabled_assets, updated_at) VALUES
            (1, '{"TREND": true, "O''Neil \\ \"x\"": false}', '{"CRYPTO": {"max": 1.10}, "_AI_FILTER": false}', '["DOGEUSDT", "ñ"]',
                '2026-02-03 04:05:06.789012');
        """;

    private const string Rows = """
        INSERT INTO users (chat_id, name, role, expires_at, created_at, timezone, telegram_id, enabled_groups) VALUES
            ('100', 'Ada "L" O''Neil', 'user', '2031-01-02 03:04:05.678901', '2026-01-01 00:00:01', 'Europe/Madrid', 7, '{"CRYPTO": false}'),
            ('-200', NULL, 'admin', NULL, '2026-01-01 00:00:02', 'UTC', NULL, '{"CRYPTO": true, "STOCKS": true, "ETFS": true}');
        INSERT INTO trade_journal (chat_id, symbol, side, strategy, exchange, entry_price, exit_price, quantity, leverage, entry_time, exit_time, pnl,
            pnl_pct, fees, slippage, status, exit_reason, metadata, created_at, updated_at) VALUES
            ('100', 'BTCUSDT', 'LONG', 'TREND', 'BINANCE', 65000.12345678, 66000.1, 0.00000001, 3, '2026-01-05 10:00:00.123', '2026-01-05 11:00:00',
                -12.5, 4.6154, 1.25, 0.5, 'CLOSED', 'TP; DROP TABLE users;--', '{"note": "it''s", "size": 0.10}',
                '2026-01-05', '2026-01-05 11:00:01'),
            ('-200', 'ETHUSDT', 'SHORT', NULL, NULL, 2500, NULL, 1, 1, '2026-01-06 10:00:00', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}',
                '2026-01-06', '2026-01-06 10:00:00');
        INSERT INTO scheduled_tasks (id, user_id, job_id, action, params, schedule_type, schedule_value, description, next_run, is_active, created_at)
            VALUES (41, 100, 'j', 'report', '{"a": [1, "x"]}', 'cron', '30 9 * * 1-5', 'each day', '2090-01-02 03:04:05', true, '2026-01-01'),
                (57, 100, NULL, 'close', '{}', 'interval', '3600', NULL, '2090-01-02 03:04:05', false, '2026-01-01');
        """;

    private const string Tasks = """
        CREATE TABLE scheduled_tasks (id serial PRIMARY KEY, user_id bigint, job_id varchar(100), action varchar(50), params jsonb,
            schedule_type varchar(20), schedule_value text, description text, next_run timestamp, is_active boolean DEFAULT true,
            created_at timestamp DEFAULT now());
        """;

    /// <summary>What the legacy reads of each table.</summary>
    private static readonly string[] Reads =
    [
        "SELECT row_to_json(r)::text FROM (SELECT chat_id, config, updated_at FROM sessions ORDER BY chat_id) r",
        "SELECT row_to_json(r)::text FROM (SELECT * FROM bot_state) r",
        "SELECT row_to_json(r)::text FROM (SELECT id, chat_id, name, role, expires_at, created_at, timezone, telegram_id, enabled_groups FROM users "
            + "ORDER BY id) r",
        "SELECT row_to_json(r)::text FROM (SELECT * FROM trade_journal ORDER BY id) r",
        "SELECT row_to_json(r)::text FROM (SELECT * FROM scheduled_tasks ORDER BY id) r",
    ];

    [Fact]
    public async Task The_tables_hold_what_a_database_holds_that_was_never_adopted()
    {
        var key = LegacyDatabase.EncryptionKey;
        string[] sql =
        [
            LegacyDatabase.Sessions, LegacyDatabase.BotState, LegacyDatabase.Users, LegacyDatabase.Journal, Tasks, Switches, Rows,
            $$$"""
            INSERT INTO sessions (chat_id, api_key, api_secret, config, updated_at) VALUES
                ('100', '{{{FernetWriter.Encrypt(key, "k-100 'ñ'")}}}', '{{{FernetWriter.Encrypt(key, "s-100")}}}',
                    '{"mode": "PILOT", "bybit_api_secret": "inner-100", "x": 1.10, "none": null}', '2026-03-04 05:06:07.000008'),
                ('-200', '', '', '{}', '2026-03-04 05:06:08');
            """,
        ];
        await using var never = await LegacyDatabase.CreateAsync(sql);
        await using var adopted = await LegacyDatabase.CreateAsync(sql);
        await using var back = await LegacyDatabase.CreateAsync();
        using var folder = new TempFolder("back");
        await adopted.AdoptAsync();
        await using (var nexus = await adopted.OpenAsync())
        {
            await nexus.Trades.OpenAsync(new Trade
            {
                ChatId = 100,
                Symbol = "NEW",
                Side = TradeSide.Long,
                EntryPrice = 1,
                Quantity = 1,
                Metadata = StateJson.Parse("""{"legacy":{"id":"1","created_at":"not adopted"}}"""),
            });
        }

        var report = await LegacyExport.WriteAsync(
            adopted.Options, folder["out"], NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);

        Assert.Equal((2L, 2L, 1L, 3L, 2L), (report.Sessions, report.Users, report.BotState, report.Trades, report.Tasks));
        var file = Path.Combine(folder["out"], LegacyExport.TablesFile);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var text = await File.ReadAllTextAsync(file);
        Assert.DoesNotContain("k-100", text, StringComparison.Ordinal);
        await back.Database.ExecuteAsync(text);
        Assert.Equal(["3 NEW"], await back.QueryAsync("DELETE FROM trade_journal WHERE symbol = 'NEW' RETURNING id || ' ' || symbol"));
        foreach (var read in Reads) Assert.Equal(await never.QueryAsync(read), await back.QueryAsync(read));
        Assert.Equal(["1002"], await back.QueryAsync("INSERT INTO users (chat_id) VALUES ('300') RETURNING id::text"));
        Assert.Equal(["58"], await back.QueryAsync("INSERT INTO scheduled_tasks (user_id) VALUES (1) RETURNING id::text"));

        // Adopted once more, its tokens open under the legacy's key.
        await back.AdoptAsync();
        await using var db = await back.OpenAsync();
        var session = (await db.Sessions.GetAsync(100))!;
        Assert.Equal(("k-100 'ñ'", "s-100"), (session.ApiKey!.Reveal(), session.ApiSecret!.Reveal()));
        Assert.Null((await db.Sessions.GetAsync(-200))!.ApiKey);
    }

    [Fact]
    public async Task A_chat_of_a_task_may_have_more_digits_than_64_bits_and_one_that_is_no_number_is_left_out()
    {
        const string Large = "-12345678901234567890123456789012345678901234567890";
        await using var adopted = await LegacyDatabase.CreateAsync();
        await using var back = await LegacyDatabase.CreateAsync();
        using var folder = new TempFolder("back");
        await using (var nexus = await adopted.OpenAsync())
        {
            foreach (var chat in new[] { "7", Large[..50], "007", "-0", "old bot" })
            {
                await nexus.Tasks.CreateAsync(
                    new NewTask { ChatId = ChatId.FromStore(chat), Action = chat, Schedule = TaskSchedule.Every(TimeSpan.FromHours(1)) });
            }
            // As another program may have made it: the legacy's numbers have 32 bits.
            await nexus.Tasks.CreateAsync(new NewTask
            {
                Id = Guid.Parse("00000000-0000-8000-8000-ffffffffffff"),
                ChatId = 8,
                Action = "8",
                Schedule = TaskSchedule.Every(TimeSpan.FromHours(1)),
            });
        }

        var report = await LegacyExport.WriteAsync(
            adopted.Options, folder["out"], NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);
        await back.Database.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(folder["out"], LegacyExport.TablesFile)));

        Assert.Equal((3L, 3L), (report.Tasks, report.TasksLeftOut));
        Assert.Equal(
            [$"{Large[..50]} {Large[..50]}", "7 7", "8 8"],
            await back.QueryAsync("SELECT user_id || ' ' || action FROM scheduled_tasks ORDER BY user_id"));
        Assert.Equal(["7"], await back.QueryAsync("SELECT action FROM scheduled_tasks WHERE user_id = 7::bigint"));
    }

    [Fact]
    public async Task An_empty_database_gives_empty_tables()
    {
        await using var adopted = await LegacyDatabase.CreateAsync();
        await using var back = await LegacyDatabase.CreateAsync();
        using var folder = new TempFolder("back");
        await using (await adopted.OpenAsync()) { }

        var report = await LegacyExport.WriteAsync(
            adopted.Options, folder["out"], NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);
        await back.Database.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(folder["out"], LegacyExport.TablesFile)));

        Assert.Equal(0, report.Total);
        foreach (var table in new[] { "sessions", "bot_state", "users", "trade_journal", "scheduled_tasks" })
            Assert.Equal(0L, await back.Database.ScalarAsync<long>($"SELECT count(*) FROM {table}"));
        Assert.Equal(["1000"], await back.QueryAsync("INSERT INTO users (chat_id) VALUES ('300') RETURNING id::text"));
    }
}
