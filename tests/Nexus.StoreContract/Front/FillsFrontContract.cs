using Nexus.Errors;
using Nexus.Trades;

namespace Nexus.StoreContract.Front;

/// <summary>The fills of a trade through the front door.</summary>
public abstract class FillsFrontContract : FrontContract
{
    [Fact]
    public async Task A_trade_is_entered_and_closed_in_parts_and_then_counted()
    {
        var id = (await Db.Trades.OpenAsync(Trade(1) with { Quantity = 3m }, Token)).Trade.Id;
        await Db.Trades.AddFillsAsync(id, [Fill("1", FillSide.Entry, 100m, 1m), Fill("2", FillSide.Entry, 106m, 2m)], 1, Token);

        var (partly, fills, receipt) = await Db.Trades.AddFillAsync(
            id, Fill("3", FillSide.Exit, 110m, 1m) with { Timestamp = null, Fee = 0.5m }, cancellationToken: Token);

        Assert.Equal((104m, 110m, 5.5m, 0.5m, TradeStatus.Open), (partly.EntryPrice, partly.ExitPrice, partly.Pnl, partly.Fees, partly.Status));
        Assert.Equal((3m, 1m, 2m), (partly.EnteredQuantity, partly.ExitedQuantity, partly.RemainingQuantity));
        Assert.Equal((false, 3L, partly.UpdatedAt), (receipt.AlreadyExisted, receipt.Version, receipt.At));
        Assert.Equal(partly.Fills[2], Assert.Single(fills));
        Assert.NotNull(fills[0].Timestamp);
        Assert.Equal(0, (await Db.Trades.GetPerformanceAsync(1, cancellationToken: Token)).Trades);

        var closed = (await Db.Trades.AddFillAsync(id, Fill("4", FillSide.Exit, 101m, 2m), 1, Token)).Trade;
        Assert.Equal((TradeStatus.Closed, 104m, -0.5m, 0m), (closed.Status, closed.ExitPrice, closed.Pnl, closed.RemainingQuantity));
        Assert.Equal(closed.Fills, await Db.Trades.ListFillsAsync(id, cancellationToken: Token));
        var figures = await Db.Trades.GetPerformanceAsync(1, cancellationToken: Token);
        Assert.Equal((1L, -0.5m, 0.5m), (figures.Trades, figures.TotalPnl, figures.TotalFees));
    }

    [Fact]
    public async Task A_repeat_returns_what_is_stored_and_other_content_is_refused()
    {
        var trade = (await Db.Trades.OpenAsync(Trade(1), Token)).Trade;
        var fill = Fill("77", FillSide.Exit, 110m, 2m);
        var first = await Db.Trades.AddFillAsync(trade.Id, fill, cancellationToken: Token);

        var again = await Db.Trades.AddFillAsync(trade.Id, fill with { Timestamp = null }, cancellationToken: Token);
        var byKey = await Db.Trades.AddFillsAsync(new TradeKey(1, trade.EntryTimestamp, trade.Id), [fill], Token);

        Assert.Equal((false, true, true), (first.Receipt.AlreadyExisted, again.Receipt.AlreadyExisted, byKey.Receipt.AlreadyExisted));
        Assert.Equal((first.Fills[0], first.Receipt.Version, first.Receipt.At), (again.Fills[0], again.Receipt.Version, again.Receipt.At));
        var other = await Assert.ThrowsAsync<NexusStateException>(() => Db.Trades.AddFillAsync(trade.Id, fill with { Fee = 1m }, 1, Token));
        Assert.Contains("order id 77", other.Message, StringComparison.Ordinal);
        var closed = await Assert.ThrowsAsync<NexusStateException>(() => Db.Trades.AddFillAsync(trade.Id, fill with { OrderId = "78" }, 1, Token));
        Assert.Contains("is not open", closed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fill_of_an_unknown_or_an_ambiguous_trade_is_refused()
    {
        var trade = (await Db.Trades.OpenAsync(Trade(1), Token)).Trade;
        await Db.Trades.OpenAsync(Trade(2) with { Id = trade.Id, EntryTimestamp = trade.EntryTimestamp }, Token);
        var fill = Fill("1", FillSide.Entry, 1m, 1m);

        await Assert.ThrowsAsync<NexusNotFoundException>(() => Db.Trades.AddFillAsync(Guid.CreateVersion7(), fill, cancellationToken: Token));
        await Assert.ThrowsAsync<NexusNotFoundException>(() => Db.Trades.ListFillsAsync(trade.Id, 3, Token));
        var several = await Assert.ThrowsAsync<NexusAmbiguousException>(() => Db.Trades.AddFillAsync(trade.Id, fill, cancellationToken: Token));
        Assert.Equal(["1", "2"], several.ChatIds);
        Assert.Equal(2, (await Db.Trades.AddFillAsync(trade.Id, fill, 2, Token)).Trade.ChatId);
    }

    public static TheoryData<string, string, Func<TradeFill, TradeFill>> BadFills => new()
    {
        { "orderId", "empty", fill => fill with { OrderId = "" } },
        { "orderId", "control", fill => fill with { OrderId = "a\nb" } },
        { "orderId", "128", fill => fill with { OrderId = new string('o', 129) } },
        { "side", "ENTRY", fill => fill with { Side = (FillSide)7 } },
        { "price", "zero", fill => fill with { Price = 0m } },
        { "price", "18", fill => fill with { Price = 0.0000000000000000001m } },
        { "price", "100000000000000000000", fill => fill with { Price = 100_000_000_000_000_000_000m } },
        { "quantity", "zero", fill => fill with { Quantity = -1m } },
        { "quantity", "28", fill => fill with { Quantity = 12_345_678_901.000000000000000001m } },
        { "quantity", "quantity of 2", fill => fill with { Quantity = 2.000000000000000001m } },
        { "quantity", "the 2 that was entered", fill => fill with { Side = FillSide.Exit, Quantity = 3m } },
        { "fee", "100000000000000000000", fill => fill with { Fee = decimal.MinValue } },
        { "feeCurrency", "32", fill => fill with { FeeCurrency = new string('f', 33) } },
        { "exchange", "256", fill => fill with { Exchange = new string('e', 257) } },
        { "timestamp", "2000", fill => fill with { Timestamp = DateTimeOffset.UnixEpoch } },
    };

    [Theory]
    [MemberData(nameof(BadFills), DisableDiscoveryEnumeration = true)]
    public async Task A_fill_beyond_the_limits_is_refused_with_field_and_limit(string field, string limit, Func<TradeFill, TradeFill> spoil)
    {
        var trade = (await Db.Trades.OpenAsync(Trade(1), Token)).Trade;

        var error = await Assert.ThrowsAsync<NexusValidationException>(() =>
            Db.Trades.AddFillAsync(trade.Id, spoil(Fill("1", FillSide.Entry, 1m, 1m)), cancellationToken: Token));

        Assert.Equal(field, error.Field);
        Assert.Contains(limit, error.Message, StringComparison.Ordinal);
        Assert.Equal(1L, (await Db.Trades.GetAsync(trade.Id, cancellationToken: Token))!.Version);
    }

    [Fact]
    public async Task The_number_of_fills_is_bounded()
    {
        var trade = (await Db.Trades.OpenAsync(Trade(1), Token)).Trade;
        TradeFill[] Part(int part, int size) => [.. Enumerable.Range(0, size).Select(n => Fill($"{part}-{n}", FillSide.Entry, 1m, 0.001m))];
        foreach (var size in new[] { 0, 101 })
            Assert.Equal("fills", (await Assert.ThrowsAsync<NexusValidationException>(() =>
                Db.Trades.AddFillsAsync(trade.Id, Part(0, size), 1, Token))).Field);
        Assert.Equal("orderId", (await Assert.ThrowsAsync<NexusValidationException>(() =>
            Db.Trades.AddFillsAsync(trade.Id, [.. Part(0, 1), .. Part(0, 1)], 1, Token))).Field);
        for (var part = 0; part < 10; part++) await Db.Trades.AddFillsAsync(trade.Id, Part(part, 100), 1, Token);

        var error = await Assert.ThrowsAsync<NexusValidationException>(() => Db.Trades.AddFillsAsync(trade.Id, Part(10, 1), 1, Token));

        Assert.Equal("fills", error.Field);
        Assert.Equal((1000, 1m), (await Db.Trades.GetAsync(trade.Id, 1, Token)) is { } full ? (full.Fills.Count, full.EnteredQuantity) : default);
    }

    [Fact]
    public async Task Callers_at_once_add_each_fill_once()
    {
        var trade = (await Db.Trades.OpenAsync(Trade(1) with { Quantity = 10m }, Token)).Trade;

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(n =>
            Db.Trades.AddFillAsync(trade.Id, Fill($"{n % 10}", FillSide.Exit, 100m + (n % 10), 1m), 1, Token)));

        Assert.Equal(10, results.Count(result => !result.Receipt.AlreadyExisted));
        var closed = (await Db.Trades.GetAsync(trade.Id, 1, Token))!;
        Assert.Equal((TradeStatus.Closed, 10, 104.5m, 45m, 11L), (closed.Status, closed.Fills.Count, closed.ExitPrice, closed.Pnl, closed.Version));
    }

    [Fact]
    public async Task A_new_trade_keeps_the_amounts_and_the_fills_that_it_is_given()
    {
        var trade = Trade(1) with { Fills = [Fill("1", FillSide.Entry, 90m, 2m), Fill("2", FillSide.Exit, 95m, 2m)], Quantity = 2m };

        Assert.Equal("status", (await Assert.ThrowsAsync<NexusValidationException>(() => Db.Trades.OpenAsync(trade, Token))).Field);
        var stored = (await Db.Trades.OpenAsync(trade with { Status = TradeStatus.Closed, ExitPrice = 95m, Pnl = 9m }, Token)).Trade;

        Assert.Equal((trade.EntryPrice, 9m), (stored.EntryPrice, stored.Pnl));
        Assert.Equal(trade.Fills, (await Db.Trades.GetAsync(stored.Id, 1, Token))!.Fills);
    }

    [Fact]
    public async Task Small_prices_and_a_leverage_between_two_whole_numbers_are_exact()
    {
        var opened = (await Db.Trades.OpenAsync(
            Trade(1) with { EntryPrice = 0.000000000000000001m, Quantity = 5_000_000_000_000_000m, Leverage = 2.1m },
            Token)).Trade;

        var closed = (await Db.Trades.CloseAsync(opened.Id, new TradeClose { ExitPrice = 0.000000000000000003m }, cancellationToken: Token)).Trade;

        Assert.Equal((0.01m, 420m, 2.1m), (closed.Pnl, closed.PnlPct, closed.Leverage));
        Assert.Equal(0.01m, (await Db.Trades.GetPerformanceAsync(1, cancellationToken: Token)).TotalPnl);
    }

    private static TradeFill Fill(string id, FillSide side, decimal price, decimal quantity) =>
        new() { OrderId = id, Side = side, Price = price, Quantity = quantity, Timestamp = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero) };
}
