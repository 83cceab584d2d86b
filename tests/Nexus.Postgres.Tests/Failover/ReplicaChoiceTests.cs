using Nexus.BotState;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.SystemConfig;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>What the replica holds is a choice, and what it does not hold is never reported as missing.</summary>
public sealed class ReplicaChoiceTests
{
    [Fact]
    public async Task Access_alone_can_be_copied()
    {
        await using var fallback = await FallbackFixture.CreateAsync(options => options.FallbackCopy = FallbackCopy.Access);
        await fallback.ByOtherAsync(Make.Session("1", """{"n":1}"""));
        await fallback.ByOtherAsync(Make.User("1", "Ada"));
        await fallback.ByOtherAsync(new ChangeBotState(null, null, null, AiFilter: false, Replace: false));
        await fallback.ByOtherAsync(Make.Config("risk", "1"));
        await fallback.ReopenAsync(options => options.FallbackCopy = FallbackCopy.Access);
        await fallback.ApplyAsync(Make.Session("2", """{"n":1}"""));
        await fallback.GoAwayAsync();

        var (store, token) = (fallback.Store, FallbackFixture.Token);
        Assert.Single(await store.GetAccessAsync(["1"], token));
        Assert.False((await store.GetBotStateAsync(token)).AiFilter);
        Assert.NotNull(await store.GetSystemConfigAsync("risk", token));
        foreach (var chat in new[] { "1", "2" })
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetSessionsAsync([chat], token));
        var list = await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await store.ListSessionsAsync(new SessionQuery(), token).CountAsync(token));
        Assert.Contains("does not hold sessions: NexusOptions.FallbackCopy is access", list.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetPerformanceAsync(new("1"), token));
        // A whole record needs no other one.
        await fallback.SpoolAsync(Make.Session("1", """{"n":2}"""));
        Assert.Equal(2, OutageTests.N(await fallback.SessionAsync("1")));
        Assert.IsType<StoreUnavailableException>((await fallback.ApplyAsync(Make.Patch("2", "{}"))).Error);

        await fallback.ComeBackAsync();
        Assert.Equal(2, OutageTests.N(await fallback.StoredSessionAsync("1")));
        // What was spooled is not kept to grow old.
        await fallback.GoAwayAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetSessionsAsync(["1"], token));
    }

    [Fact]
    public async Task A_wider_choice_is_complete_only_when_it_is_copied()
    {
        await using var fallback = await FallbackFixture.CreateAsync(options => options.FallbackCopy = FallbackCopy.Access);
        await fallback.ByOtherAsync(Make.Session("1"));
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        Assert.NotNull(fallback.Store.Status.Staleness);
        await fallback.Store.DisposeAsync();
        fallback.Home.GoAway();

        await fallback.ReopenAsync(options => options.FallbackWithoutCopy = true);
        Assert.Null(fallback.Store.Status.Staleness);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => fallback.SessionAsync("1"));
        fallback.Home.ComeBack();
        await fallback.WhenServedAsync();
        await fallback.GoAwayAsync();
        Assert.NotNull(await fallback.SessionAsync("1"));
    }

    [Fact]
    public async Task A_narrower_choice_removes_what_is_not_copied_any_more()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ByOtherAsync(Make.Session("1"));
        await fallback.ByOtherAsync(Make.User("1", "Ada"));
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));

        await fallback.ReopenAsync(options => options.FallbackCopy = FallbackCopy.None);
        await fallback.GoAwayAsync();
        Assert.Equal((null, 1), (fallback.Store.Status.Staleness, fallback.Store.Status.CopyProgress));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => fallback.SessionAsync("1"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => fallback.Store.GetAccessAsync(["1"], FallbackFixture.Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => fallback.Store.GetBotStateAsync(FallbackFixture.Token));
        await fallback.SpoolAsync(Make.Session("3"));
        await fallback.ComeBackAsync();
        Assert.NotNull(await fallback.StoredSessionAsync("3"));
    }
}
