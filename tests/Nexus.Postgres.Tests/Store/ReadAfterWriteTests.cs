using Nexus.Errors;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Postgres.Tests.Store;

/// <summary>A close and fills are committed, and the trade that they return cannot be read any more.</summary>
public sealed class ReadAfterWriteTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_that_took_effect_is_not_reported_as_not_written()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var proxy = new TcpProxy(home.Database.Cluster.Host, home.Database.Cluster.Port);
        var options = home.CreateOptions();
        options.Database = home.Database.Cluster.Url(home.Database.Name, port: proxy.Port);
        // Unprepared statements carry their text, by which the proxy knows the read.
        options.Database += "&max%20auto%20prepare=0";
        options.ConnectTimeout = TimeSpan.FromSeconds(2);
        await using var db = await NexusDb.OpenAsync(options, cancellationToken: Token);
        await db.Users.SaveAsync(1, new UserChange { Name = "Ada", NeverExpires = true }, cancellationToken: Token);
        var key = new TradeKey(1, Make.Noon, Guid.CreateVersion7());
        await db.Trades.OpenAsync(new Trade
        {
            Id = key.Id,
            ChatId = key.ChatId,
            Symbol = "BTCUSDT",
            Side = TradeSide.Long,
            EntryPrice = 100m,
            Quantity = 1m,
            EntryTimestamp = key.EntryTimestamp,
        }, Token);
        var fill = new TradeFill { OrderId = "1", Side = FillSide.Exit, Price = 101m, Quantity = 0.5m, Timestamp = Make.Noon.AddMinutes(1) };

        await WithoutTheReadAsync<UnknownOutcomeException>(() => db.Trades.AddFillsAsync(key, [fill], Token));
        await WithoutTheReadAsync<UnknownOutcomeException>(() => db.Trades.CloseAsync(key, new TradeClose { ExitPrice = 101m }, Token));
        // It is closed already, so nothing was written.
        await WithoutTheReadAsync<StoreUnavailableException>(() => db.Trades.CloseAsync(key, new TradeClose { ExitPrice = 102m }, Token));

        var trade = (await db.Trades.GetAsync(key, Token))!;
        Assert.Equal((TradeStatus.Closed, 1), (trade.Status, trade.Fills.Count));

        async Task WithoutTheReadAsync<TError>(Func<Task> write)
            where TError : Exception
        {
            proxy.Judge = (way, bytes) =>
            {
                if (way != Way.ToServer || bytes.Span.IndexOf("WHERE id = $2 AND chat_id = $3"u8) < 0) return Verdict.Pass;
                proxy.Refusing = true;
                return Verdict.Cut;
            };
            await Assert.ThrowsAsync<TError>(write);
            (proxy.Judge, proxy.Refusing) = (null, false);
        }
    }
}
