using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract;

/// <summary>Opening and closing trades, one at a time.</summary>
public abstract class TradeContract : StoreContract
{
    [Fact]
    public async Task A_trade_is_read_as_it_was_stored()
    {
        var trade = Make.Trade("-1001") with
        {
            Symbol = "ETH/USDT:1234567890A",
            Side = TradeSide.Short,
            Strategy = "mean reversion ü",
            Exchange = "BYBIT",
            EntryPrice = 0.000000000000000001m,
            ExitPrice = 9_999_999_999.999999999999999999m,
            Quantity = 99_999_999_999_999_999_999m,
            Leverage = 2.5m,
            EntryTimestamp = Make.Noon.AddMicroseconds(123_457),
            ExitTimestamp = Make.Noon.AddHours(1).AddMicroseconds(1),
            Pnl = -99_999_999_999_999_999_999.99999999m,
            PnlPct = -999_999.9999m,
            Fees = -0.000000000000000001m,
            Slippage = 1.25m,
            Status = TradeStatus.Closed,
            ExitReason = "line\nbreak \"quoted\"",
            Metadata = Make.Utf8("""{"signal":{"score":0.75}}"""),
        };

        var outcome = await ApplyAsync(new OpenTrade(trade));

        AssertApplied(1, outcome);
        AssertSame(trade with { Version = 1, UpdatedAt = outcome.At }, await TradeAsync(trade.Id));
        AssertSame(trade with { Version = 1, UpdatedAt = outcome.At }, await TradeAsync(trade.Id, "-1001"));
        Assert.Null(await TradeAsync(trade.Id, "1"));
        Assert.Null(await TradeAsync(Guid.NewGuid()));
    }

    [Fact]
    public async Task What_an_open_trade_leaves_out_stays_out()
    {
        var trade = Make.Trade("1");
        var outcome = await ApplyAsync(new OpenTrade(trade));

        AssertSame(trade with { Version = 1, UpdatedAt = outcome.At }, await TradeAsync(trade.Id));
    }

    [Fact]
    public async Task A_trade_that_is_there_already_stays_as_it_is()
    {
        var trade = Make.Trade("1");
        var first = await ApplyAsync(new OpenTrade(trade));
        await ApplyAsync(Make.Close(trade.Id, 110m));

        var again = await ApplyAsync(new OpenTrade(trade with { Symbol = "OTHER", Status = TradeStatus.Open }));

        Assert.Equal((WriteStatus.AlreadyApplied, 2L), (again.Status, again.Version));
        var stored = (await TradeAsync(trade.Id))!;
        Assert.Equal((trade.Symbol, TradeStatus.Closed), (stored.Symbol, stored.Status));
        Assert.True(first.At <= stored.UpdatedAt);
    }

    [Theory]
    [InlineData(TradeSide.Long, 1, "19", "9.5")]
    [InlineData(TradeSide.Short, 1, "-21", "-10.5")]
    [InlineData(TradeSide.Long, 10, "19", "95")]
    public async Task Closing_computes_what_was_gained_net_of_all_fees(TradeSide side, int leverage, string pnl, string percent)
    {
        // Bought 2 at 100, sold at 110: 20 before the fees of 0.25 and 0.75.
        var trade = Make.Trade("1") with { Side = side, Leverage = leverage, Fees = 0.25m, Slippage = 0.1m };
        await ApplyAsync(new OpenTrade(trade));

        var outcome = await ApplyAsync(Make.Close(trade.Id, 110m, fees: 0.75m, slippage: 0.2m, reason: "target"));

        AssertApplied(2, outcome);
        var closed = (await TradeAsync(trade.Id))!;
        Assert.Equal((110m, 1.00m, 0.3m, TradeStatus.Closed, "target"),
            (closed.ExitPrice, closed.Fees, closed.Slippage, closed.Status, closed.ExitReason));
        Assert.Equal((decimal.Parse(pnl), decimal.Parse(percent)), (closed.Pnl, closed.PnlPct));
        Assert.Equal((outcome.At, outcome.At, 2L), (closed.ExitTimestamp, closed.UpdatedAt, closed.Version));
    }

    [Fact]
    public async Task Closing_takes_the_figures_that_are_given()
    {
        var trade = Make.Trade("1") with { ExitReason = null };
        var exit = Make.Noon.AddDays(1).AddMicroseconds(7);
        await ApplyAsync(new OpenTrade(trade));

        await ApplyAsync(Make.Close(trade.Id, 110m, "1", exit, pnl: -3.5m, pnlPct: 12.3456m));

        var closed = (await TradeAsync(trade.Id))!;
        Assert.Equal((exit, -3.5m, 12.3456m, 0m, 0m, null),
            (closed.ExitTimestamp, closed.Pnl, closed.PnlPct, closed.Fees, closed.Slippage, closed.ExitReason));
    }

    [Theory]
    [InlineData("1.00000001", "1.5", "1.00000002", "0.000000015")] // Exact, as it has no more than 18 places.
    [InlineData("1.000000000000000001", "1.5", "1.000000000000000002", "0.000000000000000002")] // Half way: away from zero.
    [InlineData("1.000000000000000003", "0.5", "1.000000000000000002", "-0.000000000000000001")] // Likewise.
    [InlineData("1.000000000000000004", "0.333333333333333333", "1.000000000000000002", "-0.000000000000000001")]
    [InlineData("0.000000001", "1234567890123.456789", "0.000000002", "1234.567890123456789")]
    [InlineData("1", "12345678901.12345678901", "1.12345678901", "1524157875.281207256762659657")] // Of 22 places.
    [InlineData("1", "98765432109876.54321", "2.123456789", "110958695222359.3964211263527")] // 15 digits leave 13 places.
    public async Task A_gain_is_exact_or_rounded_half_away_from_zero(string entry, string quantity, string exit, string pnl)
    {
        var trade = Make.Trade("1") with { EntryPrice = decimal.Parse(entry), Quantity = decimal.Parse(quantity) };
        await ApplyAsync(new OpenTrade(trade));
        AssertApplied(2, await ApplyAsync(Make.Close(trade.Id, decimal.Parse(exit))));

        Assert.Equal(decimal.Parse(pnl), (await TradeAsync(trade.Id))!.Pnl);
    }

    [Fact]
    public async Task A_percentage_that_does_not_fit_is_left_out()
    {
        var trade = Make.Trade("1") with { EntryPrice = 0.00000001m, Quantity = 1 };
        await ApplyAsync(new OpenTrade(trade));
        AssertApplied(2, await ApplyAsync(Make.Close(trade.Id, 1000m)));

        var closed = (await TradeAsync(trade.Id))!;
        Assert.Equal((999.99999999m, null), (closed.Pnl, closed.PnlPct));
    }

    [Theory]
    [InlineData("pnl")]
    [InlineData("fees")]
    [InlineData("slippage")]
    public async Task A_result_that_does_not_fit_is_an_error_and_the_trade_stays_open(string field)
    {
        const decimal most = 99_999_999_999_999_999_999m;
        var trade = Make.Trade("1") with { Quantity = most, Fees = most, Slippage = most };
        await ApplyAsync(new OpenTrade(trade));

        var close = field switch
        {
            "pnl" => Make.Close(trade.Id, 103m),
            "fees" => Make.Close(trade.Id, 110m, pnl: 1, fees: 1m),
            _ => Make.Close(trade.Id, 110m, pnl: 1, slippage: 1m),
        };
        var outcome = await ApplyAsync(close);

        Assert.Equal(WriteStatus.Failed, outcome.Status);
        Assert.Equal(field, Assert.IsType<NexusValidationException>(outcome.Error).Field);
        var stored = (await TradeAsync(trade.Id))!;
        Assert.Equal((TradeStatus.Open, 1L, most, most), (stored.Status, stored.Version, stored.Fees, stored.Slippage));
    }

    [Fact]
    public async Task A_cancelled_trade_needs_no_exit_price_and_gains_nothing()
    {
        var trade = Make.Trade("1");
        await ApplyAsync(new OpenTrade(trade));
        AssertApplied(2, await ApplyAsync(Make.Close(trade.Id, status: TradeStatus.Cancelled, reason: "rejected")));

        var cancelled = (await TradeAsync(trade.Id))!;
        Assert.Equal((TradeStatus.Cancelled, null, null, null, "rejected"),
            (cancelled.Status, cancelled.ExitPrice, cancelled.Pnl, cancelled.PnlPct, cancelled.ExitReason));
    }

    [Fact]
    public async Task A_trade_is_closed_once()
    {
        var trade = Make.Trade("1");
        await ApplyAsync(new OpenTrade(trade));
        var close = Make.Close(trade.Id, 110m, fees: 1m);
        var first = await ApplyAsync(close);

        Assert.Equal(first with { Status = WriteStatus.AlreadyApplied }, await ApplyAsync(close));
        AssertStatus(WriteStatus.InvalidState, await ApplyAsync(Make.Close(trade.Id, 120m)));
        AssertStatus(WriteStatus.InvalidState, await ApplyAsync(Make.Close(trade.Id, status: TradeStatus.Cancelled)));

        var closed = (await TradeAsync(trade.Id))!;
        Assert.Equal((110m, 1m, 2L), (closed.ExitPrice, closed.Fees, closed.Version));
    }

    [Fact]
    public async Task Closing_what_is_not_there_finds_nothing()
    {
        var trade = Make.Trade("1");
        await ApplyAsync(new OpenTrade(trade));

        AssertStatus(WriteStatus.NotFound, await ApplyAsync(Make.Close(Guid.CreateVersion7(), 110m)));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(Make.Close(trade.Id, 110m, "2")));

        Assert.Equal(TradeStatus.Open, (await TradeAsync(trade.Id))!.Status);
    }

    [Fact]
    public async Task A_trade_is_told_from_another_with_its_id_by_chat_and_entry_time()
    {
        var trade = Make.Trade("1");
        AssertApplied(1, await ApplyAsync(new OpenTrade(trade)));
        AssertApplied(1, await ApplyAsync(new OpenTrade(trade with { ChatId = "2", Symbol = "ETH" })));
        AssertApplied(1, await ApplyAsync(new OpenTrade(trade with { ChatId = "3", EntryTimestamp = trade.EntryTimestamp.AddMicroseconds(1) })));

        AssertApplied(2, await ApplyAsync(Make.Close(trade.Id, 110m, "2")));

        Assert.Equal(TradeStatus.Open, (await TradeAsync(trade.Id, "1"))!.Status);
        Assert.Equal((TradeStatus.Closed, "ETH"), ((await TradeAsync(trade.Id, "2"))!.Status, (await TradeAsync(trade.Id, "2"))!.Symbol));
        Assert.Equal(TradeStatus.Open, (await TradeAsync(trade.Id, "3"))!.Status);
    }

    [Fact]
    public async Task Resealing_keeps_everything_but_the_metadata()
    {
        if (!CanReseal) return;
        var trade = Make.Trade("1") with { Metadata = Make.Utf8("""{"k":"old"}""") };
        await ApplyAsync(new OpenTrade(trade));
        var before = (await TradeAsync(trade.Id))!;

        AssertConflict(1, await ApplyAsync(new ResealTrade(trade.Id, "1", trade.EntryTimestamp, Make.Utf8("{}"), SeenVersion: 2)));
        AssertConflict(0, await ApplyAsync(new ResealTrade(Guid.NewGuid(), "1", trade.EntryTimestamp, Make.Utf8("{}"), SeenVersion: 1)));
        AssertApplied(1, await ApplyAsync(new ResealTrade(trade.Id, "1", trade.EntryTimestamp, Make.Utf8("""{"k":"new"}"""), SeenVersion: 1)));

        AssertSame(before with { Metadata = Make.Utf8("""{"k":"new"}""") }, await TradeAsync(trade.Id));
    }

    [Fact]
    public async Task An_expired_subscriber_opens_nothing_new_but_closes_what_is_open()
    {
        var now = await Store.GetTimeAsync(Token);
        var held = Make.Trade("1", now.AddDays(-2));
        await ApplyAsync(new OpenTrade(held));
        await ApplyAsync(Make.User("1", expiry: Make.Until(now.AddDays(-1))));

        var late = Make.Trade("1", now);
        AssertStatus(WriteStatus.InvalidState, await ApplyAsync(new OpenTrade(late)));
        Assert.Null(await TradeAsync(late.Id));

        // The store's clock judges, not what the trade says of its entry.
        AssertStatus(WriteStatus.InvalidState, await ApplyAsync(new OpenTrade(Make.Trade("1", now.AddDays(-3)))));
        AssertApplied(1, await ApplyAsync(new OpenTrade(late with { Status = TradeStatus.Closed, ExitPrice = 1m })));
        AssertApplied(2, await ApplyAsync(Make.Close(held.Id, 110m)));
    }

    [Fact]
    public async Task Whose_time_has_not_ended_an_admin_and_a_chat_without_a_user_may_open()
    {
        var now = await Store.GetTimeAsync(Token);
        await ApplyAllAsync(
            Make.User("1", expiry: Make.Until(now.AddDays(1))),
            Make.User("2", role: "admin", expiry: Make.Until(now.AddDays(-1))),
            Make.User("3", expiry: new Expiry(ExpiryKind.Never)));

        foreach (var chat in new[] { "1", "2", "3", "4" }) AssertApplied(1, await ApplyAsync(new OpenTrade(Make.Trade(chat, now))));
    }

    internal static void AssertSame(TradeRow expected, TradeRow? actual)
    {
        Assert.NotNull(actual);
        Make.AssertJson(expected.Metadata, actual.Metadata);
        Assert.Equal(expected with { Metadata = default }, actual with { Metadata = default });
        Assert.Equal(TimeSpan.Zero, actual.EntryTimestamp.Offset);
    }
}
