namespace Nexus.Postgres.Tests.Migrations;

public sealed class FillMigrationTests
{
    private const string Files = """
        SELECT string_agg(relname || ' ' || relfilenode, ', ' ORDER BY relname) FROM pg_class WHERE relname LIKE 'trades%' AND relkind IN ('r', 'i')
        """;

    [Fact]
    public async Task Wider_amounts_rewrite_no_row_and_keep_every_value()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.MigrateAsync(new MigrationSet(MigrationSet.Embedded.All.TakeWhile(migration => !migration.Name.Contains("fills"))));
        await fixture.Database.ExecuteAsync("""
            SELECT nexus_ensure_trade_partition('2026-01-01'), nexus_ensure_trade_partition('2026-02-01');
            INSERT INTO trades (chat_id, entry_timestamp, id, symbol, side, entry_price, quantity, leverage, pnl)
                SELECT '1', '2026-01-20'::timestamptz + n * interval '1 hour', gen_random_uuid(), 'BTCUSDT', 'LONG', 999999999999.99999999,
                    0.00000001, 7, n
                FROM generate_series(1, 500) n
            """);
        var files = await fixture.Database.ScalarAsync<string>(Files);

        await fixture.MigrateAsync();

        Assert.Equal(files, await fixture.Database.ScalarAsync<string>(Files));
        Assert.Equal("500 999999999999.99999999 0.00000001 7 125250.00000000", await fixture.Database.ScalarAsync<string>("""
            SELECT count(*) || ' ' || min(entry_price) || ' ' || max(quantity) || ' ' || min(coalesce(exact_leverage, leverage)) || ' ' || sum(pnl)
            FROM trades
            """));
        await fixture.Database.ExecuteAsync("UPDATE trades SET entry_price = 0.000000000000000001 WHERE pnl = 1");
        Assert.Equal(0.000000000000000001m, await fixture.Database.ScalarAsync<decimal>("SELECT min(entry_price) FROM trades"));
        await fixture.Database.ExecuteAsync("SELECT nexus_ensure_trade_partition('2026-03-01')");
    }

    [Fact]
    public async Task A_quotient_is_rounded_once_half_away_from_zero()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.MigrateAsync();
        foreach (var (dividend, divisor, expected) in new[]
        {
            ("1", "3", "0.333333333333333333"), ("-2", "3", "-0.666666666666666667"), ("5", "1000000000000000000000", "0.000000000000000000"),
            ("0.0000000000000000005", "1", "0.000000000000000001"), ("-0.0000000000000000005", "1", "-0.000000000000000001"),
            ("12345678901234.5678901234567890123", "1", "12345678901234.56789012345679"),
            ("99999999999999999999", "7", "14285714285714285714.14285714"), ("0", "7", "0.000000000000000000"),
        })
            Assert.Equal(expected, await fixture.Database.ScalarAsync<string>($"SELECT nexus_quotient({dividend}, {divisor})::text"));
    }
}
