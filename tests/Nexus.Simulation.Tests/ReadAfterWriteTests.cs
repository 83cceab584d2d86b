using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Simulation.Tests;

/// <summary>Seed 135: a close was committed, the read of the trade failed, and the caller was told that nothing was written.</summary>
public sealed class ReadAfterWriteTests
{
    [Fact]
    public async Task A_write_that_took_effect_is_not_reported_as_not_written()
    {
        await using var home = (ModelHome)await ModelHome.CreateAsync();
        await using var store = await home.OpenStoreAsync();
        var features = new StateFeatures(store, store, World.Sealer, new NexusOptions(), TimeProvider.System, NullLogger<NexusUsers>.Instance, null);
        await features.Users.SaveAsync(1, new UserChange { Name = "Ada", NeverExpires = true });
        var key = new TradeKey(1, SimulatedClock.Begin, new Guid(1, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1));
        await features.Trades.OpenAsync(new Trade
        {
            Id = key.Id,
            ChatId = key.ChatId,
            Symbol = "BTCUSDT",
            Side = TradeSide.Long,
            EntryPrice = 100m,
            Quantity = 1m,
            EntryTimestamp = key.EntryTimestamp,
        });

        home.Fails = label => label == "read trades" ? ModelErrors.Broken() : null;
        await Assert.ThrowsAsync<UnknownOutcomeException>(() => features.Trades.CloseAsync(key, new TradeClose { ExitPrice = 101m }));
        // Where it had no effect, nothing was written.
        await Assert.ThrowsAsync<StoreUnavailableException>(() => features.Trades.CloseAsync(key, new TradeClose { ExitPrice = 102m }));

        home.Fails = _ => null;
        Assert.Equal(TradeStatus.Closed, (await features.Trades.GetAsync(key.Id, key.ChatId))!.Status);
        await features.Queue.StopAsync(CancellationToken.None);
    }
}
