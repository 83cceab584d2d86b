using System.Numerics;
using CsCheck;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Trades;

namespace Nexus.StoreContract;

/// <summary>The executed orders of a trade.</summary>
public abstract class FillContract : StoreContract
{
    [Fact]
    public async Task Averages_fees_and_PnL_follow_from_the_fills()
    {
        var trade = Make.Trade("1") with { EntryPrice = 99m, Quantity = 3m, Fees = 0.25m };
        await ApplyAsync(new OpenTrade(trade));

        AssertApplied(2, await AddAsync(trade, Entry("a", 100m, 1m, fee: 0.1m), Entry("b", 103m, 2m, fee: 0.2m, currency: "USDT")));
        var entered = (await TradeAsync(trade.Id))!;
        Assert.Equal((102m, null, 0.55m, null, TradeStatus.Open), (entered.EntryPrice, entered.ExitPrice, entered.Fees, entered.Pnl, entered.Status));

        AssertApplied(3, await AddAsync(trade, Exit("c", 110m, 1m, fee: 0.3m, currency: "BNB")));
        var partly = (await TradeAsync(trade.Id))!;
        Assert.Equal((110m, 0.55m, 7.45m, TradeStatus.Open, null, null),
            (partly.ExitPrice, partly.Fees, partly.Pnl, partly.Status, partly.ExitTimestamp, partly.PnlPct));

        var outcome = await AddAsync(trade, Exit("d", 98m, 2m, fee: -0.05m));
        AssertApplied(4, outcome);
        var closed = (await TradeAsync(trade.Id))!;
        // Bought for 306, sold for 306, fees 0.5.
        Assert.Equal((102m, 102m, 0.5m, -0.5m, -0.1634m, TradeStatus.Closed),
            (closed.EntryPrice, closed.ExitPrice, closed.Fees, closed.Pnl, closed.PnlPct, closed.Status));
        Assert.Equal((Make.Noon.AddMinutes(4), outcome.At), (closed.ExitTimestamp, closed.UpdatedAt));
        Assert.Equal(["a", "b", "c", "d"], closed.Fills.Select(fill => fill.OrderId));
        Assert.Equal(Exit("c", 110m, 1m, fee: 0.3m, currency: "BNB"), closed.Fills[2]);
    }

    [Fact]
    public async Task Without_entries_the_whole_quantity_was_entered_at_the_price_of_the_trade()
    {
        var trade = Make.Trade("1") with { Side = TradeSide.Short, Leverage = 2.5m };
        await ApplyAsync(new OpenTrade(trade));

        AssertApplied(2, await AddAsync(trade, Exit("a", 90m, 0.5m)));
        Assert.Equal((100m, 5m, TradeStatus.Open), (await TradeAsync(trade.Id)) is { } half ? (half.EntryPrice, half.Pnl, half.Status) : default);
        AssertApplied(3, await AddAsync(trade, Exit("b", 80m, 1.5m)));

        var closed = (await TradeAsync(trade.Id))!;
        Assert.Equal((82.5m, 35m, 43.75m, TradeStatus.Closed), (closed.ExitPrice, closed.Pnl, closed.PnlPct, closed.Status));
    }

    [Fact]
    public async Task A_fill_that_is_there_adds_nothing_also_when_the_trade_is_closed()
    {
        var trade = Make.Trade("1") with { Exchange = "BYBIT" };
        await ApplyAsync(new OpenTrade(trade));
        AssertApplied(2, await AddAsync(trade, Entry("a", 100m, 2m)));
        var exit = Exit("b", 110m, 2m);
        AssertApplied(3, await AddAsync(trade, exit));
        var before = (await TradeAsync(trade.Id))!;

        foreach (var repeat in new[] { exit, exit with { Timestamp = null }, exit with { Exchange = "BYBIT", Price = 110.000m } })
        {
            var outcome = await AddAsync(trade, repeat);
            Assert.True(outcome.IsApplied);
            Assert.Equal(3, outcome.Version);
        }
        AssertStatus(WriteStatus.InvalidState, await AddAsync(trade, exit with { Price = 110.01m }));
        AssertStatus(WriteStatus.InvalidState, await AddAsync(trade, exit with { OrderId = "c" }));
        AssertStatus(WriteStatus.InvalidState, await AddAsync(trade, exit, exit with { OrderId = "c" }));

        var after = (await TradeAsync(trade.Id))!;
        Assert.Equal(before with { Fills = [] }, after with { Fills = [], Metadata = before.Metadata });
        Assert.Equal(before.Fills, after.Fills);
    }

    [Fact]
    public async Task An_order_id_is_told_from_that_of_another_exchange()
    {
        var trade = Make.Trade("1") with { Exchange = "BYBIT" };
        await ApplyAsync(new OpenTrade(trade));

        AssertApplied(2, await AddAsync(trade, Entry("1", 100m, 0.5m), Entry("1", 101m, 0.5m) with { Exchange = "OKX" }));
        AssertStatus(WriteStatus.InvalidState, await AddAsync(trade, Entry("1", 102m, 0.5m) with { Exchange = "OKX" }));
        AssertStatus(WriteStatus.InvalidState, await AddAsync(trade, Entry("1", 102m, 0.5m) with { Exchange = "BYBIT" }));

        Assert.Equal([null, "OKX"], (await TradeAsync(trade.Id))!.Fills.Select(fill => fill.Exchange));
    }

    [Fact]
    public async Task More_than_the_position_holds_is_refused_as_a_whole()
    {
        var trade = Make.Trade("1");
        await ApplyAsync(new OpenTrade(trade));

        AssertStatus(WriteStatus.InvalidState, await AddAsync(trade, Entry("a", 100m, 1m), Entry("b", 100m, 1.000000000000000001m)));
        AssertStatus(WriteStatus.InvalidState, await AddAsync(trade, Exit("a", 100m, 2.000000000000000001m)));
        AssertApplied(2, await AddAsync(trade, Entry("a", 100m, 1m)));
        AssertStatus(WriteStatus.InvalidState, await AddAsync(trade, Exit("b", 100m, 1.5m)));
        AssertApplied(3, await AddAsync(trade, Exit("b", 100m, 1m)));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(new AddFills(Guid.CreateVersion7(), null, [Exit("c", 1m, 1m)])));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(new AddFills(trade.Id, "2", [Exit("c", 1m, 1m)])));

        Assert.Equal(2, (await TradeAsync(trade.Id))!.Fills.Count);
    }

    [Fact]
    public async Task A_result_that_does_not_fit_is_an_error_that_names_it()
    {
        const decimal most = 99_999_999_999_999_999_999m;
        var trade = Make.Trade("1") with { Quantity = most, EntryPrice = 1m, Fees = most };
        await ApplyAsync(new OpenTrade(trade));

        await FailsAsync("pnl", Exit("a", 4m, most));
        await FailsAsync("fees", Exit("a", 1m, 1m, fee: 1m));
        await FailsAsync("quantity", Exit("a", 1m, 0.000000001m));

        Assert.Equal(1L, (await TradeAsync(trade.Id))!.Version);
        async Task FailsAsync(string field, TradeFill fill)
        {
            var outcome = await AddAsync(trade, fill);
            Assert.Equal(WriteStatus.Failed, outcome.Status);
            Assert.Equal(field, Assert.IsType<NexusValidationException>(outcome.Error).Field);
        }
    }

    [Theory]
    [InlineData(TradeSide.Long, "11.4", "106.333333333333333333")]
    [InlineData(TradeSide.Short, "-20.6", "106.333333333333333333")]
    public async Task A_close_ends_what_the_fills_have_left(TradeSide side, string pnl, string exitPrice)
    {
        var trade = Make.Trade("1") with { Side = side, Quantity = 4m };
        await ApplyAsync(new OpenTrade(trade));
        await AddAsync(trade, Entry("a", 101m, 3m, fee: 1m), Exit("b", 107m, 2m, fee: 2m));

        AssertStatus(WriteStatus.Failed, await ApplyAsync(Make.Close(trade.Id, status: TradeStatus.Cancelled)));
        AssertApplied(3, await ApplyAsync(Make.Close(trade.Id, 105m, fees: 1.6m)));

        var closed = (await TradeAsync(trade.Id))!;
        Assert.Equal((decimal.Parse(pnl), decimal.Parse(exitPrice), 4.6m, TradeStatus.Closed),
            (closed.Pnl, closed.ExitPrice, closed.Fees, closed.Status));
    }

    [Fact]
    public async Task The_open_one_of_several_trades_with_the_id_is_meant()
    {
        var trade = Make.Trade("1");
        await ApplyAsync(new OpenTrade(trade));
        await ApplyAsync(new OpenTrade(trade with { ChatId = "2" }));

        AssertStatus(WriteStatus.InvalidState, await ApplyAsync(new AddFills(trade.Id, null, [Entry("a", 100m, 1m)])));
        AssertApplied(2, await ApplyAsync(new AddFills(trade.Id, "2", [Entry("a", 100m, 1m)], trade.EntryTimestamp)));
        await ApplyAsync(Make.Close(trade.Id, 110m, "1"));
        AssertApplied(3, await ApplyAsync(new AddFills(trade.Id, null, [Entry("b", 100m, 1m)])));

        Assert.Empty((await TradeAsync(trade.Id, "1"))!.Fills);
        Assert.Equal(2, (await TradeAsync(trade.Id, "2"))!.Fills.Count);
    }

    [Fact]
    public async Task A_trade_is_stored_with_the_fills_that_it_has_already()
    {
        var trade = Make.Trade("1") with { Fills = [Entry("a", 0.000000000000000001m, 1m), Exit("ñ \"b\"", 90m, 0.5m, -0.1m, "USDT")], Pnl = -7m };
        await ApplyAsync(new OpenTrade(trade));

        var stored = (await TradeAsync(trade.Id))!;
        Assert.Equal(trade.Fills, stored.Fills);
        Assert.Equal((trade.EntryPrice, -7m), (stored.EntryPrice, stored.Pnl));
    }

    [Fact]
    public async Task Whoever_erases_a_chat_keeps_its_fills_without_their_order_ids()
    {
        if (!CanReseal) return;
        var trade = Make.Trade("1");
        await ApplyAsync(new OpenTrade(trade));
        await AddAsync(trade, Entry("account-7", 100m, 1m), Exit("account-8", 110m, 1m));
        AssertApplied(3, await ApplyAsync(new DisownTrade(trade.Id, "1", trade.EntryTimestamp, "900")));

        var kept = (await TradeAsync(trade.Id))!;
        Assert.Equal(["1", "2"], kept.Fills.Select(fill => fill.OrderId));
        Assert.Equal([100m, 110m], kept.Fills.Select(fill => fill.Price));
    }

    [Fact]
    public Task Every_sequence_of_fills_has_the_figures_of_the_reference() =>
        Gen.Select(
                Gen.OneOf(TradeSide.Long, TradeSide.Short),
                Gen.Select(Gen.Int[0, 5], Gen.OneOf(FillSide.Entry, FillSide.Exit), Small, Small, Small, Gen.OneOf<string?>(null, "USDT", "BTC"))
                    .Array[1, 6])
            .Array[1, 6].SampleAsync(RunAsync, iter: 25, threads: 1);

    /// <summary>Numbers of any number of digits, up to what a fill can hold.</summary>
    private static readonly Gen<decimal> Small = Gen.Select(Gen.Long[1, 999_999_999], Gen.Int[0, 18])
        .Select((digits, places) => digits / (decimal)BigInteger.Pow(10, places));

    private async Task RunAsync(
        (TradeSide Side, (int Order, FillSide Side, decimal Price, decimal Quantity, decimal Fee, string? Currency)[] Fills)[] trades)
    {
        foreach (var (side, fills) in trades)
        {
            var trade = Make.Trade("1", id: Guid.CreateVersion7()) with { Side = side, Quantity = fills.Sum(fill => fill.Quantity) / 2 + 0.000001m };
            if (decimal.Round(trade.Quantity, 18) != trade.Quantity) trade = trade with { Quantity = decimal.Round(trade.Quantity, 18) };
            await ApplyAsync(new OpenTrade(trade));
            var reference = new FillReference(trade);
            foreach (var (order, kind, price, quantity, fee, currency) in fills)
            {
                var fill = new TradeFill
                {
                    OrderId = $"{order}",
                    Side = kind,
                    Price = price,
                    Quantity = quantity,
                    Fee = fee,
                    FeeCurrency = currency,
                    Timestamp = Make.Noon.AddSeconds(order),
                };
                var isAdded = reference.TryAdd(fill);
                var outcome = await AddAsync(trade, fill);
                Assert.Equal(isAdded, outcome.IsApplied);
                reference.Compare((await TradeAsync(trade.Id))!);
            }
        }
    }

    private Task<WriteOutcome> AddAsync(TradeRow trade, params TradeFill[] fills) => ApplyAsync(new AddFills(trade.Id, trade.ChatId, fills));

    private static TradeFill Entry(string id, decimal price, decimal quantity, decimal fee = 0, string? currency = null) =>
        Fill(FillSide.Entry, id, price, quantity, fee, currency);

    private static TradeFill Exit(string id, decimal price, decimal quantity, decimal fee = 0, string? currency = null) =>
        Fill(FillSide.Exit, id, price, quantity, fee, currency);

    private static TradeFill Fill(FillSide side, string id, decimal price, decimal quantity, decimal fee, string? currency) => new()
    {
        OrderId = id,
        Side = side,
        Price = price,
        Quantity = quantity,
        Fee = fee,
        FeeCurrency = currency,
        Timestamp = Make.Noon.AddMinutes(id[0] is >= 'a' and <= 'z' ? id[0] - 'a' + 1 : 0),
    };
}
