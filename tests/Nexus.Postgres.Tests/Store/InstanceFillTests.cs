using Nexus.Engine;
using Nexus.StoreContract;
using Nexus.Trades;

namespace Nexus.Postgres.Tests.Store;

/// <summary>Two instances that add fills to one trade in the same moment.</summary>
public sealed class InstanceFillTests
{
    private const int Rounds = 40;

    [Fact]
    public async Task One_and_the_same_fill_is_added_once()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var other = await fixture.OpenAnotherAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var trade = await OpenAsync(fixture, quantity: 2m);
            var fill = Exit("order", 110m, 2m);

            var outcomes = await Task.WhenAll(AddAsync(fixture.Store, trade, fill), AddAsync(other, trade, fill));

            Assert.All(outcomes, outcome => Assert.True(outcome.IsApplied));
            Assert.All(outcomes, outcome => Assert.Equal(2, outcome.Version));
            var stored = await fixture.Store.GetTradeAsync(trade.Id, trade.ChatId, StoreFixture.Token);
            Assert.Equal(fill, Assert.Single(stored!.Fills));
            Assert.Equal((TradeStatus.Closed, 20m), (stored.Status, stored.Pnl));
        }
    }

    [Fact]
    public async Task One_order_id_with_two_contents_is_accepted_in_one_of_them()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var other = await fixture.OpenAnotherAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var trade = await OpenAsync(fixture, quantity: 10m);

            var outcomes = await Task.WhenAll(
                AddAsync(fixture.Store, trade, Exit("order", 110m, 1m)), AddAsync(other, trade, Exit("order", 111m, 1m)));

            Assert.Equal([WriteStatus.Applied, WriteStatus.InvalidState], outcomes.Select(outcome => outcome.Status).Order());
            var stored = await fixture.Store.GetTradeAsync(trade.Id, trade.ChatId, StoreFixture.Token);
            Assert.Equal(outcomes[0].IsApplied ? 110m : 111m, Assert.Single(stored!.Fills).Price);
        }
    }

    [Fact]
    public async Task Different_fills_are_all_added_and_never_more_than_the_position_holds()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var other = await fixture.OpenAnotherAsync();
        for (var round = 0; round < Rounds / 2; round++)
        {
            var trade = await OpenAsync(fixture, quantity: 7m);

            // Ten of one each, of which seven fit.
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(
                n => AddAsync(n % 2 == 0 ? fixture.Store : other, trade, Exit($"order {n}", 100m + n, 1m))));

            var accepted = Enumerable.Range(0, 10).Where(n => outcomes[n].IsApplied).ToList();
            Assert.Equal(7, accepted.Count);
            var stored = (await fixture.Store.GetTradeAsync(trade.Id, trade.ChatId, StoreFixture.Token))!;
            Assert.Equal(accepted.Select(n => $"order {n}"), stored.Fills.Select(fill => fill.OrderId).Order(StringComparer.Ordinal));
            Assert.Equal((TradeStatus.Closed, (decimal)accepted.Sum(), 8), (stored.Status, stored.Pnl!.Value, stored.Version));
        }
    }

    private static async Task<TradeRow> OpenAsync(StoreFixture fixture, decimal quantity)
    {
        var trade = Make.Trade("1") with { Quantity = quantity };
        Assert.True((await fixture.ApplyAsync(new OpenTrade(trade))).IsApplied);
        return trade;
    }

    private static async Task<WriteOutcome> AddAsync(PostgresStore store, TradeRow trade, TradeFill fill) =>
        Assert.Single(await store.ApplyAsync([new AddFills(trade.Id, trade.ChatId, [fill])], atomic: false, StoreFixture.Token));

    private static TradeFill Exit(string order, decimal price, decimal quantity) =>
        new() { OrderId = order, Side = FillSide.Exit, Price = price, Quantity = quantity, Timestamp = Make.Noon.AddHours(1) };
}
