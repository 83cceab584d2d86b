using Nexus.Chats;
using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.StoreContract.Front;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>A signal is served from the index only while changes of other instances are proven to arrive.</summary>
public sealed class DispatchProofTests
{
    /// <summary>Ids as long as those of Telegram's supergroups.</summary>
    private const long First = 1_000_000_000_000;

    private static readonly Signal On = new("on");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_that_another_instance_removed_gets_no_signal_of_an_instance_that_hears_nothing()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var proxy = new TcpProxy(home.Database.Cluster.Host, home.Database.Cluster.Port);
        var options = home.CreateOptions();
        options.Database = home.Database.Cluster.Url(home.Database.Name, port: proxy.Port);
        await using var deaf = await NexusDb.OpenAsync(options, cancellationToken: Token);
        await using var other = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        await SubscribeAsync(other, 3);
        await deaf.WarmAsync(Token);
        Assert.Equal(3, (await deaf.DispatchAsync(On, Token)).Count);

        // Queries pass, notices do not.
        proxy.Judge = (way, bytes) => way == Way.ToClient && bytes.Span.IndexOf("nexus_changes"u8) >= 0 ? Verdict.Drop : Verdict.Pass;
        await other.Users.DeleteAsync(First + 2, cancellationToken: Token);
        var removed = TimeProvider.System.GetTimestamp();
        while ((await deaf.DispatchAsync(On, Token)).Any(recipient => recipient.ChatId == First + 2))
        {
            // The proof ends after three seconds. A call that began just before may end after it, on a slow machine a while after.
            Assert.True(TimeProvider.System.GetElapsedTime(removed) < 5 * CacheProof.Bound, "a removed user still gets signals");
        }
        await Eventually.TrueAsync(() => !deaf.HearsChanges);
        Assert.False(deaf.Sessions.DispatchIndex.IsReady);
        var stream = deaf.Sessions.DispatchAsync(On, Token).GetAsyncEnumerator(Token);
        await using (stream)
        {
            Assert.True(await stream.MoveNextAsync());
            await other.Users.DeleteAsync(First + 3, cancellationToken: Token);
        }
        Assert.Equal([First + 1], (await deaf.DispatchAsync(On, Token)).Select(recipient => recipient.ChatId));

        proxy.Judge = null;
        proxy.CutAll();
        await Eventually.TrueAsync(() => deaf.HearsChanges);
        await deaf.WarmAsync(Token);
        Assert.Equal([First + 1], (await deaf.DispatchAsync(On, Token)).Select(recipient => recipient.ChatId));
    }

    [Fact]
    public async Task Changes_of_more_sessions_than_one_notice_names_arrive()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var one = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        await using var other = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        await SubscribeAsync(other, 1000);
        await one.WarmAsync(Token);
        await Eventually.TrueAsync(async () => (await one.DispatchAsync(On, Token)).Count == 1000);

        var builds = one.Sessions.DispatchIndex.Builds;

        // More than the 7,500 bytes that a notice may have.
        await other.Sessions.SaveBatchAsync(
            [.. Enumerable.Range(1, 1000).Select(chat => SessionOf(First + chat, chat <= 400 ? """{"strategies":{"on":true}}""" : "{}"))], Token);
        Assert.Equal(400, (await other.DispatchAsync(On, Token)).Count);
        await Eventually.TrueAsync(async () => (await one.DispatchAsync(On, Token)).Count == 400);
        await one.WarmAsync(Token);
        Assert.Equal(400, (await one.DispatchAsync(On, Token)).Count);
        Assert.InRange(one.Sessions.DispatchIndex.Builds, builds, builds + 1);
    }

    private static async Task SubscribeAsync(NexusDb db, int chats)
    {
        await db.BotState.SetStrategyAsync("on", enabled: true, Token);
        await db.Sessions.SaveBatchAsync(
            [.. Enumerable.Range(1, chats).Select(chat => SessionOf(First + chat, """{"strategies":{"on":true}}"""))], Token);
        await Task.WhenAll(Enumerable.Range(1, chats).Select(chat => db.Users.SaveAsync(First + chat, "n", days: 1, cancellationToken: Token)));
    }

    private static Session SessionOf(ChatId chat, string config) => new(chat, null, null, StateJson.Parse(config));
}
