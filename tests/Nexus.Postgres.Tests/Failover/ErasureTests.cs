using Nexus.Errors;
using Nexus.Sqlite;
using Nexus.StoreContract;
using Nexus.Trades;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>Erasing a chat with a fallback: refused during an outage, and gone from the local replica and the dead letters, too.</summary>
public sealed class ErasureTests
{
    private static CancellationToken Token => FallbackFixture.Token;

    [Fact]
    public async Task It_is_refused_while_PostgreSQL_is_unavailable_and_nothing_is_spooled()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.Session("1"));
        await fallback.ApplyAsync(new OpenTrade(Make.Trade("1")));
        await fallback.GoAwayAsync();
        await using var features = Features(fallback);

        Assert.Contains("PostgreSQL is unavailable", (await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            features.Subscriptions.ForgetAsync(1, cancellationToken: Token))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => features.Subscriptions.ForgetAsync(1, isPreview: true, Token));

        Assert.Equal(0, fallback.Store.Status.Pending);
        await fallback.ComeBackAsync();
        Assert.NotNull(await fallback.StoredSessionAsync("1"));
    }

    [Fact]
    public async Task The_local_replica_and_the_dead_letters_forget_the_chat_too()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        foreach (var chat in new[] { "1", "2" })
        {
            await fallback.ApplyAsync(Make.Session(chat));
            await fallback.ApplyAsync(new OpenTrade(Make.Trade(chat)));
        }
        await fallback.GoAwayAsync();
        foreach (var chat in new[] { "1", "2" })
        {
            await fallback.SpoolAsync(Make.Session(chat, """{"mine":1}"""));
            await fallback.ByOtherAsync(Make.Session(chat, """{"theirs":1}"""));
        }
        await fallback.ComeBackAsync();
        Assert.Equal(2, fallback.Store.Status.Conflicts);
        await using (var features = Features(fallback))
        {
            var erased = await features.Subscriptions.ForgetAsync(1, cancellationToken: Token);
            Assert.Equal((1, 1), (erased.Sessions, erased.Trades));
        }

        Assert.Equal(1, await fallback.Store.Administration.ForgetAsync("1", isPreview: true, Token));
        Assert.Equal(1, await fallback.Store.Administration.ForgetAsync("1", isPreview: false, Token));
        Assert.Equal(0, await fallback.Store.Administration.ForgetAsync("1", isPreview: false, Token));
        Assert.Equal(1, fallback.Store.Status.Conflicts);

        await fallback.GoAwayAsync();
        Assert.Null(await fallback.SessionAsync("1"));
        Assert.NotNull(await fallback.SessionAsync("2"));
        var trades = new List<TradeRow>();
        await foreach (var trade in fallback.Store.ListTradesAsync(new TradeQuery(), Token)) trades.Add(trade);
        Assert.Equal(2, trades.Count);
        Assert.DoesNotContain(trades, trade => trade.ChatId == "1");
    }

    private static StateFeatures Features(FallbackFixture fallback) => StateFeatures.Over(
        fallback.Store, fallback.Store, new Secrets.Sealer(Secrets.KeyRing.Parse(Secrets.KeyRing.GenerateKey(), null)), new NexusOptions(),
        TimeProvider.System);
}
