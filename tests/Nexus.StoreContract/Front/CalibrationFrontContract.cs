using Nexus.Calibrations;
using Nexus.Errors;
using Nexus.Trades;

namespace Nexus.StoreContract.Front;

/// <summary>Calibrations through the front door: which one applies, limits, and the automatic rule.</summary>
public abstract class CalibrationFrontContract : FrontContract
{
    [Fact]
    public async Task The_most_specific_active_calibration_applies()
    {
        (string? Symbol, string? Exchange)[] names = [(null, null), (null, "BYBIT"), ("BTCUSDT", null), ("BTCUSDT", "BYBIT")];
        for (var i = 0; i < names.Length; i++)
        {
            var values = new CalibrationValues { SizeMultiplier = i };
            await Db.Calibration.SaveAsync(1, "GRID", values, names[i].Symbol, names[i].Exchange, expectedVersion: 0, cancellationToken: Token);
            Assert.Equal(i, (await Db.Calibration.FindAsync(1, "GRID", "BTCUSDT", "BYBIT", Token))!.Values.SizeMultiplier);
        }
        Assert.Equal(2, (await Db.Calibration.FindAsync(1, "GRID", "BTCUSDT", "BINANCE", Token))!.Values.SizeMultiplier);
        Assert.Equal(1, (await Db.Calibration.FindAsync(1, "GRID", "ETHUSDT", "BYBIT", Token))!.Values.SizeMultiplier);
        Assert.Equal(0, (await Db.Calibration.FindAsync(1, "GRID", cancellationToken: Token))!.Values.SizeMultiplier);
        Assert.Null(await Db.Calibration.FindAsync(1, "grid", cancellationToken: Token));
        Assert.Null(await Db.Calibration.FindAsync(2, "GRID", cancellationToken: Token));

        var off = new CalibrationValues { SizeMultiplier = 9, IsActive = false };
        await Db.Calibration.SaveAsync(1, "GRID", off, "BTCUSDT", "BYBIT", cancellationToken: Token);
        Assert.Equal(2, (await Db.Calibration.FindAsync(1, "GRID", "BTCUSDT", "BYBIT", Token))!.Values.SizeMultiplier);
        Assert.Equal((off, 2L), (await Db.Calibration.GetAsync(1, "GRID", "BTCUSDT", "BYBIT", Token)) is { } exact ? (exact.Values, exact.Version)
            : default);

        // The null of a key is unique too.
        await Assert.ThrowsAsync<NexusConflictException>(() =>
            Db.Calibration.SaveAsync(1, "GRID", off, expectedVersion: 0, cancellationToken: Token));
        Assert.Equal(4, (await ToListAsync(Db.Calibration.ListAsync(1, cancellationToken: Token))).Count);
    }

    [Theory]
    [InlineData("a/b", "c//d", "%2F")]
    [InlineData("%", "/", "%25")]
    [InlineData("ñ 🚀", "'; DROP TABLE x; --", "..")]
    public async Task Any_names_are_kept_apart(string strategy, string symbol, string exchange)
    {
        await Db.Calibration.SaveAsync(1, strategy, new CalibrationValues(), symbol, exchange, cancellationToken: Token);

        var stored = (await Db.Calibration.FindAsync(1, strategy, symbol, exchange, Token))!;

        Assert.Equal((strategy, symbol, exchange), (stored.Strategy, stored.Symbol, stored.Exchange));
        Assert.Null(await Db.Calibration.FindAsync(1, strategy, exchange, symbol, Token));
        Assert.True((await Db.Calibration.DeleteAsync(1, strategy, symbol, exchange, 1, Token)).Existed);
        Assert.False((await Db.Calibration.DeleteAsync(1, strategy, symbol, exchange, cancellationToken: Token)).Existed);
    }

    [Fact]
    public async Task A_value_that_does_not_fit_is_refused_with_its_field()
    {
        foreach (var (field, values) in new (string, CalibrationValues)[]
        {
            ("confidenceThreshold", new() { ConfidenceThreshold = 1.01m }), ("confidenceThreshold", new() { ConfidenceThreshold = 0.555m }),
            ("leverageMultiplier", new() { LeverageMultiplier = 1000m }), ("leverageMultiplier", new() { LeverageMultiplier = -0.01m }),
            ("sizeMultiplier", new() { SizeMultiplier = 1.001m }), ("sizeMultiplier", new() { SizeMultiplier = decimal.MaxValue }),
            ("kellyFraction", new() { KellyFraction = 1.0001m }), ("winRateEstimate", new() { WinRateEstimate = 0.00001m }),
            ("riskRewardEstimate", new() { RiskRewardEstimate = 1_000_000m }),
        })
            await RefusedAsync(field, () => Db.Calibration.SaveAsync(1, "GRID", values, cancellationToken: Token));
        await RefusedAsync("strategy", () => Db.Calibration.SaveAsync(1, "", new(), cancellationToken: Token));
        await RefusedAsync("strategy", () => Db.Calibration.SaveAsync(1, new string('s', 257), new(), cancellationToken: Token));
        var long4 = string.Concat(Enumerable.Repeat("🚀", 256));
        await RefusedAsync("strategy", () => Db.Calibration.FindAsync(1, long4, long4[..128], long4, Token));
        await RefusedAsync("symbol", () => Db.Calibration.SaveAsync(1, "GRID", new(), symbol: new string('s', 65), cancellationToken: Token));
        await RefusedAsync("exchange", () => Db.Calibration.DeleteAsync(1, "GRID", exchange: "", cancellationToken: Token));
        Assert.Empty(await ToListAsync(Db.Calibration.ListAsync(1, cancellationToken: Token)));
    }

    /// <summary>Ten trades, of which some win 1 R times a factor and the others lose 1 R.</summary>
    [Theory]
    // e = 0.8 x 2 - 0.2 = 1.4: size 1.5 x 1.1, leverage 1.3 x 1.05.
    [InlineData(8, 2.0, 1.65, 1.37)]
    // e = 0.5 x 1.6 - 0.5 = 0.3: 1.09 and 1.06.
    [InlineData(5, 1.6, 1.09, 1.06)]
    // e = 0.5 x 0.8 - 0.5 = -0.1: 0.95 and 0.97.
    [InlineData(5, 0.8, 0.95, 0.97)]
    // e = 0.1 x 1 - 0.9 = -0.8: 0.5 x 0.9 and 0.7 x 0.95.
    [InlineData(1, 1.0, 0.45, 0.67)]
    // No losses: e = 0, and the win rate is 1.
    [InlineData(10, 1.0, 1.1, 1.05)]
    public async Task The_automatic_rule_follows_the_expectancy_and_the_win_rate(int wins, double factor, double size, double leverage)
    {
        var now = await Db.GetTimeAsync(Token);
        for (var i = 0; i < 10; i++) await CloseAsync(i < wins ? (decimal)factor : -1m, now.AddHours(-1), "BTCUSDT");
        await CloseAsync(-100m, now.AddDays(-31), "BTCUSDT");
        await CloseAsync(-100m, now.AddHours(-1), "ETHUSDT");

        var result = await Db.Calibration.AutoCalibrateAsync(1, "GRID", "BTCUSDT", "BINANCE", Token);

        Assert.Equal((10L, 1L), (result.Trades, result.Calibration!.Version));
        Assert.Equal(
            new CalibrationValues
            {
                ConfidenceThreshold = 0.7m,
                SizeMultiplier = (decimal)size,
                LeverageMultiplier = (decimal)leverage,
                KellyFraction = 0.5m,
                WinRateEstimate = wins / 10m,
                RiskRewardEstimate = 1.5m,
            },
            result.Calibration.Values);
        Assert.Equal(result.Calibration.Values, (await Db.Calibration.FindAsync(1, "GRID", "BTCUSDT", "BINANCE", Token))!.Values);
    }

    [Fact]
    public async Task With_too_few_trades_nothing_is_calibrated()
    {
        var now = await Db.GetTimeAsync(Token);
        for (var i = 0; i < 9; i++) await CloseAsync(1m, now.AddHours(-1), "BTCUSDT");

        var result = await Db.Calibration.AutoCalibrateAsync(1, "GRID", "BTCUSDT", "BINANCE", Token);

        Assert.Equal((9L, null), (result.Trades, result.Calibration));
        Assert.Null(await Db.Calibration.FindAsync(1, "GRID", "BTCUSDT", "BINANCE", Token));
    }

    private static async Task RefusedAsync(string field, Func<Task> call) =>
        Assert.Equal(field, (await Assert.ThrowsAsync<NexusValidationException>(call)).Field);

    private Task CloseAsync(decimal pnl, DateTimeOffset exit, string symbol) => Db.Trades.OpenAsync(
        new Trade
        {
            ChatId = 1,
            Symbol = symbol,
            Side = TradeSide.Long,
            Strategy = "GRID",
            Exchange = "BINANCE",
            EntryPrice = 1m,
            ExitPrice = 1m,
            Quantity = 1m,
            EntryTimestamp = exit.AddHours(-1),
            ExitTimestamp = exit,
            Pnl = pnl,
            Status = TradeStatus.Closed,
        },
        Token);
}
