using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.StoreContract.Front;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>Signals during an outage of PostgreSQL and after it.</summary>
public sealed class DispatchOutageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_local_replica_selects_during_an_outage_and_the_index_is_built_again_after_it()
    {
        await using var home = await FallbackHome.CreateAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        await db.BotState.SetStrategyAsync("on", enabled: true, Token);
        for (var chat = 1; chat <= 4; chat++)
        {
            await db.Sessions.SaveAsync(
                new Session(chat, null, null, StateJson.Parse("""{"mode":"PILOT","strategies":{"on":true}}""")), cancellationToken: Token);
            await db.Users.SaveAsync(chat, "n", days: 1, cancellationToken: Token);
        }
        await db.WarmAsync(Token);
        Assert.True(await ((FailoverStore)db.Store).FollowAsync(Token));
        Assert.Equal("1 2 3 4", await ChatsAsync());

        home.GoAway();
        // Only a call finds out.
        await db.Users.DeleteAsync(1, cancellationToken: Token);
        Assert.True(db.Fallback!.IsLocal);
        var source = AnswerSource.Begin();
        Assert.Equal("2 3 4", await ChatsAsync());
        Assert.NotNull(source.Replica);
        Assert.False(db.Sessions.DispatchIndex.IsReady);
        await db.Sessions.PatchConfigAsync(2, StateJson.Parse("""{"strategies":{"on":false}}"""), cancellationToken: Token);
        Assert.Equal("3 4", await ChatsAsync());
        await db.BotState.SetStrategyAsync("on", enabled: false, Token);
        Assert.Equal("", await ChatsAsync());
        await db.BotState.SetStrategyAsync("on", enabled: true, Token);

        home.ComeBack();
        await Eventually.TrueAsync(() => db.Fallback is { IsLocal: false, Pending: 0 });
        Assert.Equal("3 4", await ChatsAsync());
        await db.WarmAsync(Token);
        source = AnswerSource.Begin();
        Assert.Equal("3 4", await ChatsAsync());
        Assert.Null(source.Replica);
        await db.Users.DeleteAsync(3, cancellationToken: Token);
        Assert.Equal("4", await ChatsAsync());

        async Task<string> ChatsAsync() =>
            string.Join(' ', (await db.DispatchAsync(new Signal("on"), Token)).Select(recipient => recipient.ChatId.Value));
    }
}
