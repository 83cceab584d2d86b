using Nexus.Chats;
using Nexus.StoreContract;
using Nexus.Trades;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>Trades of several chats with the same id: the local replica and the outbox keep them apart.</summary>
public sealed class NamesakeTests
{
    private static readonly Guid Id = Guid.Parse("0190b6a0-0000-7000-8000-00000000000a");

    [Fact]
    public async Task The_copy_has_each_trade_with_its_own_state_and_version()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        foreach (var chat in new[] { "1", "2", "3" })
        {
            await fallback.ApplyAsync(new OpenTrade(Trade(chat)));
            if (chat == "2") await fallback.ApplyAsync(Make.Close(Id, exitPrice: 101m) with { ChatId = "2" });
        }
        await fallback.ApplyAsync(Make.Close(Id, exitPrice: 102m) with { ChatId = "1", EntryTimestamp = Trade("1").EntryTimestamp });
        var stored = await fallback.Other.FindTradesAsync(Id, null, null, FallbackFixture.Token);
        fallback.Home.GoAway();

        var copied = await fallback.Store.FindTradesAsync(Id, null, null, FallbackFixture.Token);
        Assert.Equal([("3", TradeStatus.Open, 1L), ("2", TradeStatus.Closed, 2L), ("1", TradeStatus.Closed, 2L)], stored.Select(Shape));
        Assert.Equal(stored.Select(Shape), copied.Select(Shape));
    }

    [Fact]
    public async Task A_spooled_close_means_the_trade_that_it_closed_in_the_copy()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(new OpenTrade(Trade("1")));
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        await fallback.GoAwayAsync();
        await fallback.SpoolAsync(Make.Close(Id, exitPrice: 101m));
        // Another chat has copied the signal meanwhile, so that the id alone would match two open trades.
        await fallback.ByOtherAsync(new OpenTrade(Trade("2")));

        await fallback.ComeBackAsync();

        var stored = await fallback.Other.FindTradesAsync(Id, null, null, FallbackFixture.Token);
        Assert.Equal([("2", TradeStatus.Open, 1L), ("1", TradeStatus.Closed, 2L)], stored.Select(Shape));
        Assert.Equal((0L, 0L), (fallback.Store.Status.Conflicts, fallback.Store.Status.Quarantined));
    }

    private static TradeRow Trade(string chat) => Make.Trade(chat, Make.Noon.AddDays(int.Parse(chat)), Id);

    private static (string, TradeStatus, long) Shape(TradeRow trade) => (trade.ChatId, trade.Status, trade.Version);
}
