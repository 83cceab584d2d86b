using Nexus.Operations.ImportExport;
using Nexus.Trades;

namespace Nexus.Operations.Tests.ImportExport;

public sealed class LegacyPositionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_open_trade_that_was_exited_in_part_becomes_what_it_realised_and_the_rest()
    {
        var trade = Trade() with { ExitPrice = 110m, Pnl = 4m, Fees = 1m, Fills = [Exit("1", 0.2m, 1), Exit("2", 0.3m, 2)] };

        var rows = LegacyPosition.Of(trade).ToList();

        Assert.Equal([false, true], rows.Select(position => position.IsRest));
        Assert.Equal([(TradeStatus.Closed, 0.5m, 110m, 4m, 1m), (TradeStatus.Open, 1.5m, null, null, 0m)],
            rows.Select(position => (position.Row.Status, position.Row.Quantity, position.Row.ExitPrice, position.Row.Pnl, position.Row.Fees)));
        Assert.Equal(Noon.AddMinutes(2), rows[0].Row.ExitTimestamp);
    }

    [Fact]
    public void Any_other_trade_stays_one_row()
    {
        TradeRow[] others =
        [
            Trade(),
            Trade() with { Fills = [Exit("1", 2m, 1) with { Side = FillSide.Entry }] },
            Trade() with { Status = TradeStatus.Closed, Fills = [Exit("1", 2m, 1)] },
        ];
        Assert.All(others, trade => Assert.Same(trade, Assert.Single(LegacyPosition.Of(trade)).Row));
    }

    [Fact]
    public void What_the_columns_of_the_legacy_cannot_hold_is_told()
    {
        Assert.True(new LegacyPosition(Trade() with { EntryPrice = 0.00000001m, Pnl = -999_999_999_999.99999999m }).FitsLegacy);
        Assert.False(new LegacyPosition(Trade() with { EntryPrice = 0.000000001m }).FitsLegacy);
        Assert.False(new LegacyPosition(Trade() with { Quantity = 1_000_000_000_000m }).FitsLegacy);
        Assert.False(new LegacyPosition(Trade() with { Leverage = 2.5m }).FitsLegacy);
    }

    private static TradeFill Exit(string id, decimal quantity, int minute) =>
        new() { OrderId = id, Side = FillSide.Exit, Price = 110m, Quantity = quantity, Timestamp = Noon.AddMinutes(minute) };

    private static TradeRow Trade() => new()
    {
        Id = Guid.CreateVersion7(),
        ChatId = "1",
        Symbol = "BTCUSDT",
        Side = TradeSide.Long,
        EntryPrice = 100m,
        Quantity = 2m,
        EntryTimestamp = Noon,
    };
}
