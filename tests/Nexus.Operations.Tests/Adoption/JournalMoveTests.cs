using Nexus.Operations.Adoption;

namespace Nexus.Operations.Tests.Adoption;

public class JournalMoveTests
{
    private static readonly AdoptionOptions Utc = new() { LegacyTimeZone = "UTC" };

    /// <summary>An adopted database takes no other program's writes until its owner allows them.</summary>
    private const string LiftGuard = "SELECT nexus_legacy_guard(false); ";

    private const string Insert = "INSERT INTO trade_journal (chat_id, symbol, side, strategy, exchange, entry_price, exit_price, quantity, "
        + "leverage, entry_time, exit_time, pnl, pnl_pct, fees, slippage, status, exit_reason, metadata, created_at, updated_at) VALUES ";

    [Fact]
    public async Task Every_trade_is_what_it_was()
    {
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Journal,
            Insert + """
            ('100', 'BTCUSDT', 'LONG', 'TREND', 'BINANCE', 123456789012.12345678, 99999.99999999, 0.00000001, 20,
                '2026-01-31 23:59:59.999999', '2026-02-01 00:00:00', -12.3, 1.2345, 0.1, 0.2, 'CLOSED', 'TP', '{"note": "x"}',
                '2026-01-31', '2026-02-02 01:00:00'),
            ('-200', 'ETHUSDT', 'short', NULL, NULL, 1, NULL, 2, NULL, '2026-03-15 12:00:00', NULL, NULL, NULL, NULL, NULL, 'open',
                NULL, NULL, NULL, NULL),
            ('-200', 'ETHUSDT', ' Long ', NULL, NULL, 1, NULL, 2, 1, '2026-03-15 12:00:00', NULL, NULL, NULL, 0, 0, 'cancelled',
                NULL, '[1, 2]', NULL, NULL)
            """);

        var report = await database.AdoptAsync(Utc);

        Assert.Empty(report.Rejects);
        Assert.Contains(new AdoptionChange("trade_journal", "rows moved into trades", 3), report.Changes);
        Assert.Equal(0L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM trade_journal"));
        Assert.Equal(
            [
                """-200|2026-03-15 12:00:00|ETHUSDT|LONG|||1.00000000||2.00000000|1||||0.00000000|0.00000000|CANCELLED||{"legacy": {"id":"""
                    + """ "3", "metadata": [1, 2], "created_at": null}}""",
                """-200|2026-03-15 12:00:00|ETHUSDT|SHORT|||1.00000000||2.00000000|1||||0|0|OPEN||{"legacy": {"id":"""
                    + """ "2", "created_at": null}}""",
                """100|2026-01-31 23:59:59.999999|BTCUSDT|LONG|TREND|BINANCE|123456789012.12345678|99999.99999999|0.00000001|20|2026-02-01 00:"""
                    + """00:00|-12.30000000|1.2345|0.10000000|0.20000000|CLOSED|TP|{"note": "x", "legacy": {"id": "1", "created_at":"""
                    + """ "2026-01-31T00:00:00"}}""",
            ],
            await database.QueryAsync(
                """
                SELECT concat(chat_id, '|', entry_timestamp AT TIME ZONE 'UTC', '|', symbol, '|', side, '|', strategy, '|', exchange, '|',
                    entry_price, '|', exit_price, '|', quantity, '|', leverage, '|',
                    exit_timestamp AT TIME ZONE 'UTC', '|', pnl, '|', pnl_pct, '|', fees, '|', slippage, '|', status, '|', exit_reason, '|',
                        metadata) FROM trades ORDER BY 1
                """));
        Assert.Equal(
            "2026-02-02 01:00:00",
            await database.Database.ScalarAsync<string>("SELECT (updated_at AT TIME ZONE 'UTC')::text FROM trades WHERE chat_id = '100'"));
    }

    [Fact]
    public async Task What_cannot_be_a_trade_stays_and_is_reported_with_its_reason()
    {
        await using var database = await LegacyDatabase.CreateAsync(
            LegacyDatabase.Journal
                + "ALTER TABLE trade_journal ALTER entry_price TYPE numeric, ALTER exit_price TYPE double precision, ALTER entry_time TYPE text, "
                + "ALTER symbol TYPE text;",
            Insert + """
            ('1', 'A', 'LONG', NULL, NULL, 1, NULL, 1, 1, NULL, NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL),
            ('1', 'A', 'LONG', NULL, NULL, 1, NULL, 1, 1, 'someday', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL),
            ('1', 'A', 'LONG', NULL, NULL, 1, NULL, 1, 1, '1970-01-01', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL),
            ('1', 'A', 'LONG', NULL, NULL, 1, NULL, 1, 1, '2026-01-01', 'infinity', NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL),
            ('1', 'A', 'UP', NULL, NULL, 1, NULL, 1, 1, '2026-01-01', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL),
            ('1', 'A', 'LONG', NULL, NULL, NULL, NULL, 1, 1, '2026-01-01', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL),
            ('1', 'A', 'LONG', NULL, NULL, 'NaN', NULL, 1, 1, '2026-01-01', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL),
            ('1', 'A', 'LONG', NULL, NULL, 0.1234567890123456789, NULL, 1, 1, '2026-01-01', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL),
            ('1', 'A', 'LONG', NULL, NULL, 123456789012345678901, NULL, 1, 1, '2026-01-01', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL),
            ('1', 'A', 'LONG', NULL, NULL, 1, NULL, 1, 1, '2026-01-01', NULL, NULL, NULL, 0, 0, 'HALF', NULL, '{}', NULL, NULL),
            (NULL, 'A', 'LONG', NULL, NULL, 1, NULL, 1, 1, '2026-01-01', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL),
            ('1', 'ASymbolOf65Charactersxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'LONG', NULL, NULL, 1, NULL, 1, 1,
                '2026-01-01', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL),
            ('1', rpad('GOOD', 64, 'x'), 'LONG', NULL, NULL, 0.1, 0.3, 1, 1, '2026-01-01', NULL, NULL, NULL, 0, 0, 'CLOSED', NULL, '{}', NULL, NULL)
            """);

        var report = await database.AdoptAsync(Utc);

        Assert.Equal(
            [
                "1 entry_time: is missing", "2 entry_time: is not a date", "3 entry_time: is not in the years 2000 to 2099",
                    "4 exit_time: is infinite", "5 side: is neither LONG nor SHORT",
                "6 entry_price: is missing", "7 entry_price: is not a number", "8 entry_price: has more than 18 decimal places",
                    "9 entry_price: has more than 20 digits before the point",
                "10 status: is not OPEN, CLOSED or CANCELLED", "11 chat_id: is missing", "12 symbol: is longer than 64 characters",
            ],
            report.Rejects.Select(reject => $"{reject.Key} {reject.Column}: {reject.Reason.Split(';')[0]}"));
        Assert.Equal(
            [$"{"GOOD".PadRight(64, 'x')} 0.1 0.3"],
            await database.QueryAsync("SELECT symbol || ' ' || entry_price || ' ' || exit_price FROM trades"));
        Assert.Equal(12L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM trade_journal"));
    }

    [Fact]
    public async Task A_row_that_was_mended_moves_with_the_next_run()
    {
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Journal,
            Insert + "('1', 'A', 'UP', NULL, NULL, 1, NULL, 1, 1, '2026-01-01', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL)");
        await database.AdoptAsync(Utc);
        await database.Database.ExecuteAsync(LiftGuard + "UPDATE trade_journal SET side = 'LONG'");

        var report = await database.AdoptAsync(Utc);

        Assert.Equal(new AdoptionChange("trade_journal", "rows moved into trades", 1), Assert.Single(report.Changes));
        Assert.Empty(report.Rejects);
    }

    [Fact]
    public async Task A_row_that_comes_back_finds_the_trade_that_is_there()
    {
        const string row =
            Insert + "('1', 'A', 'LONG', NULL, NULL, 1, NULL, 1, 1, '2026-01-01', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL)";
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Journal, row);
        await database.AdoptAsync(Utc);
        var id = await database.Database.ScalarAsync<Guid>("SELECT id FROM trades");
        await database.Database.ExecuteAsync("ALTER SEQUENCE trade_journal_id_seq RESTART");
        await database.Database.ExecuteAsync(LiftGuard + row);

        await database.AdoptAsync(Utc);

        Assert.Equal([id], await database.Database.QueryAsync<Guid>("SELECT id FROM trades"));
        Assert.Equal(7, id.Version);
        Assert.Equal(DateTimeOffset.Parse("2026-01-01T00:00:00Z").ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("n")[..12], 16));
        Assert.Equal(0L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM trade_journal"));
    }

    [Fact]
    public async Task A_row_with_the_number_of_another_trade_is_not_taken_for_it()
    {
        const string row =
            Insert + "('1', 'A', 'LONG', NULL, NULL, 1, NULL, 1, 1, '2026-01-01', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{}', NULL, NULL)";
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Journal, row);
        await database.AdoptAsync(Utc);
        await database.Database.ExecuteAsync("ALTER SEQUENCE trade_journal_id_seq RESTART");
        await database.Database.ExecuteAsync(LiftGuard + row.Replace("'A'", "'OTHER'", StringComparison.Ordinal));

        var report = await database.AdoptAsync(Utc);

        Assert.Equal("id", Assert.Single(report.Rejects).Column);
        Assert.Equal(1L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM trade_journal"));
        Assert.Equal("A", await database.Database.ScalarAsync<string>("SELECT symbol FROM trades"));
    }

    [Fact]
    public async Task Unknown_columns_and_secrets_are_kept_in_the_metadata_sealed()
    {
        await using var database = await LegacyDatabase.CreateAsync(
            LegacyDatabase.Journal + "ALTER TABLE trade_journal ADD mood text, ADD \"it's\" integer;",
            Insert
                + "('1', 'A', 'LONG', NULL, NULL, 1, NULL, 1, 1, '2026-01-01', NULL, NULL, NULL, 0, 0, 'OPEN', NULL, '{\"legacy\": 1, "
                + "\"api_secret\": \"Pl4inSecret\"}', NULL, NULL)",
            "UPDATE trade_journal SET mood = 'calm', \"it's\" = 7");

        await database.AdoptAsync(Utc);

        Assert.DoesNotContain("Pl4inSecret", await database.DumpAsync(), StringComparison.Ordinal);
        await using var nexus = await database.OpenAsync();
        var trade = (await nexus.Trades.ListAsync().ToListAsync()).Single();
        Assert.Contains("Pl4inSecret", trade.Metadata.Reveal(), StringComparison.Ordinal);
        Assert.Equal(1, trade.Metadata.Root.GetProperty("legacy").GetInt32());
        Assert.Equal(
            ("calm", 7, "1"),
            (
                trade.Metadata.Root.GetProperty("legacy_").GetProperty("mood").GetString(),
                trade.Metadata.Root.GetProperty("legacy_").GetProperty("it's").GetInt32(),
                trade.Metadata.Root.GetProperty("legacy_").GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Many_trades_move_in_batches_and_the_figures_add_up()
    {
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Journal, """
            INSERT INTO trade_journal (chat_id, symbol, side, entry_price, exit_price, quantity, entry_time, exit_time, pnl, status)
            SELECT (n % 7)::text, 'BTCUSDT', CASE WHEN n % 2 = 0 THEN 'LONG' ELSE 'SHORT' END, n, n + 1, 1,
                timestamp '2025-01-01' + n * interval '3 hours', timestamp '2025-01-01' + n * interval '4 hours', n % 11 - 5, 'CLOSED'
            FROM generate_series(1, 1703) n
            """);
        var sum = await database.Database.ScalarAsync<decimal>("SELECT sum(pnl) FROM trade_journal");

        await database.AdoptAsync(Utc);

        Assert.Equal(0L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM trade_journal"));
        await using var nexus = await database.OpenAsync();
        var performance = await nexus.Trades.GetPerformanceAsync();
        Assert.Equal((1703L, sum), (performance.Trades, performance.TotalPnl));
        Assert.Equal(1703L, await database.Database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM trades"));
    }
}
