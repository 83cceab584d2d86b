using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>The connection dies between a commit and its answer, and stays dead: whether the write is there is found out, not guessed.</summary>
public sealed class DoubtTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_patch_whose_answer_was_lost_is_applied_once_and_never_over_a_newer_one(bool isCommitted)
    {
        await using var fallback = await FallbackFixture.CreateAsync(Unprepared);
        await fallback.ApplyAsync(Make.Session("1", """{"a":0,"b":0}"""));
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        LoseAnswer(fallback, isCommitted);

        await fallback.SpoolAsync(Make.Patch("1", """{"a":1}"""));
        Assert.Equal(isCommitted ? 2 : 1, (await fallback.StoredSessionAsync("1"))!.Version);
        // Another writer changes the same field afterwards: if the lost patch was committed, that change is the newer one.
        await fallback.ByOtherAsync(Make.Patch("1", """{"a":2,"c":1}"""));

        fallback.Home.Network.Judge = null;
        await fallback.ComeBackAsync();
        var stored = (await fallback.StoredSessionAsync("1"))!;
        Make.AssertJson(isCommitted ? """{"a":2,"b":0,"c":1}""" : """{"a":1,"b":0,"c":1}""", stored.Config);
        Assert.Equal(3, stored.Version);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_trade_whose_answer_was_lost_is_there_once(bool isCommitted)
    {
        await using var fallback = await FallbackFixture.CreateAsync(Unprepared);
        await fallback.ApplyAsync(new OpenTrade(Make.Trade("1")));
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        LoseAnswer(fallback, isCommitted);
        var trade = Make.Trade("1");

        await fallback.SpoolAsync(new OpenTrade(trade));
        await fallback.SpoolAsync(Make.Close(trade.Id, exitPrice: 120m));
        await fallback.ReopenAsync(Unprepared);

        fallback.Home.Network.Judge = null;
        await fallback.ComeBackAsync();
        var stored = Assert.Single(await OutageTests.PostgresTradesAsync(fallback), row => row.Id == trade.Id);
        Assert.Equal((TradeStatus.Closed, 2L), (stored.Status, stored.Version));
        Assert.True(fallback.Store.Status is { Conflicts: 0, Quarantined: 0 });
    }

    [Fact]
    public async Task A_replay_whose_answer_was_lost_goes_on_behind_what_was_committed()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.GoAwayAsync();
        await fallback.SpoolAsync(Make.User("1", "Ada", expiry: new Nexus.Users.Expiry(Users.ExpiryKind.DaysFromNow, Days: 30)));
        var extended = await fallback.SpoolAsync(new Nexus.Users.ExtendUser("1", 10));
        Assert.Equal(2, extended.Version);

        var lost = 0;
        fallback.Home.Network.Judge = (way, bytes) =>
            way == Way.ToClient && bytes.Span.IndexOf("COMMIT\0"u8) >= 0 && Interlocked.Increment(ref lost) <= 3 ? Verdict.Cut : Verdict.Pass;
        await fallback.ComeBackAsync();

        Assert.True(lost > 0);
        var user = Assert.Single(await fallback.Other.GetUsersAsync(["1"], FallbackFixture.Token));
        Assert.Equal(2, user.Version);
        // Applied twice, it would end ten days later.
        Assert.Equal(40, (user.ExpiresAt!.Value - user.CreatedAt).TotalDays, 1);
    }

    /// <summary>The next batch reaches the server or not; in both cases its response is lost, and no later connection succeeds.</summary>
    private static void LoseAnswer(FallbackFixture fallback, bool isCommitted)
    {
        var network = fallback.Home.Network;
        network.Judge = (way, bytes) =>
        {
            if (way != Way.ToServer || bytes.Span.IndexOf("nexus_commits"u8) < 0) return Verdict.Pass;
            network.Refusing = true;
            network.Judge = null;
            if (!isCommitted) return Verdict.Cut;
            network.Judge = (back, answer) => back == Way.ToClient && answer.Span.IndexOf("INSERT 0 "u8) >= 0 ? Verdict.Cut : Verdict.Pass;
            return Verdict.Pass;
        };
    }

    // Unprepared statements carry their text, by which the network knows a batch.
    private static void Unprepared(NexusOptions options)
    {
        options.Database += "&max%20auto%20prepare=0";
        options.ConnectTimeout = TimeSpan.FromSeconds(1);
    }
}
