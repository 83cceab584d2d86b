using Nexus.Engine;
using Nexus.Failover;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>Records that others changed during the outage.</summary>
public sealed class ConflictTests
{
    [Fact]
    public async Task Patches_merge_with_what_others_wrote()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.Session("1", """{"a":0,"b":0}"""));
        await fallback.GoAwayAsync();
        await fallback.SpoolAsync(Make.Patch("1", """{"a":1}"""));
        await fallback.ByOtherAsync(Make.Patch("1", """{"b":2}"""));

        await fallback.ComeBackAsync();
        Make.AssertJson("""{"a":1,"b":2}""", (await fallback.StoredSessionAsync("1"))!.Config);
        Assert.Equal(0, fallback.Store.Status.Conflicts);
    }

    [Fact]
    public async Task A_newer_record_stays_and_the_spooled_save_waits_for_a_decision()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.Session("1", """{"n":0}"""));
        await fallback.GoAwayAsync();
        await fallback.SpoolAsync(Make.Session("1", """{"n":1}"""));
        await fallback.ByOtherAsync(Make.Session("1", """{"n":2}"""));

        await fallback.ComeBackAsync();
        Assert.Equal(2, OutageTests.N(await fallback.StoredSessionAsync("1")));
        var conflict = Assert.Single(await fallback.Store.Administration.ListConflictsAsync(0, 10, FallbackFixture.Token));
        Assert.Equal(("sessions", "1", "save_session", ConflictWinner.Remote), (conflict.Table, conflict.RecordId, conflict.Kind, conflict.Kept));
        Assert.Contains("\"n\":1", conflict.Spooled.Write, StringComparison.Ordinal);
        Assert.Contains("\"n\": 2", conflict.Stored!.Write, StringComparison.Ordinal);
        // Above the version that the caller of the spooled save was told.
        Assert.Equal((2, 3), (conflict.Spooled.Version, conflict.Stored.Version));

        Assert.True(await fallback.Store.Administration.ResolveAsync(conflict.Id, ConflictWinner.Local, FallbackFixture.Token));
        await Eventually.TrueAsync(async () => OutageTests.N(await fallback.StoredSessionAsync("1")) == 1);
        await Eventually.TrueAsync(() => fallback.Store.Status is { Conflicts: 0, Pending: 0 });
        Assert.False(await fallback.Store.Administration.ResolveAsync(conflict.Id, ConflictWinner.Remote, FallbackFixture.Token));
    }

    /// <summary>Both saves had version 2, so a caller who knew one of them could replace the other without having seen it.</summary>
    [Fact]
    public async Task The_version_of_a_write_that_was_not_applied_is_not_given_to_another_state()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.Session("1", """{"n":0}"""));
        await fallback.GoAwayAsync();
        var told = await fallback.SpoolAsync(Make.Session("1", """{"n":1}"""));
        await fallback.ByOtherAsync(Make.Session("1", """{"n":2}"""));
        await fallback.ComeBackAsync();

        var outcome = await fallback.ApplyAsync(Make.Session("1", """{"n":3}""", expected: told.Version));

        Assert.Equal(WriteOutcome.Conflict(told.Version + 1), outcome);
        Assert.Equal(told.Version + 1, (await fallback.StoredSessionAsync("1"))!.Version);
        Assert.Equal(2, OutageTests.N(await fallback.StoredSessionAsync("1")));
    }

    [Fact]
    public async Task A_later_save_replaces_an_older_record_of_somebody_else_and_both_are_kept()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.Session("1", """{"n":0}"""));
        await fallback.GoAwayAsync();
        await fallback.ByOtherAsync(Make.Session("1", """{"n":2}"""));
        await fallback.SpoolAsync(Make.Session("1", """{"n":1}"""));
        await fallback.SpoolAsync(Make.Patch("1", """{"m":1}"""));

        await fallback.ComeBackAsync();
        Make.AssertJson("""{"n":1,"m":1}""", (await fallback.StoredSessionAsync("1"))!.Config);
        var conflict = Assert.Single(await fallback.Store.Administration.ListConflictsAsync(0, 10, FallbackFixture.Token));
        Assert.Equal(ConflictWinner.Local, conflict.Kept);

        Assert.True(await fallback.Store.Administration.ResolveAsync(conflict.Id, ConflictWinner.Remote, FallbackFixture.Token));
        await Eventually.TrueAsync(async () => OutageTests.N(await fallback.StoredSessionAsync("1")) == 2);
    }

    /// <summary>A killed process starts again during an outage, on a local replica that lacks its last writes.</summary>
    [Theory]
    [InlineData(0L, 1)]
    [InlineData(null, 0)]
    public async Task A_record_that_a_lagging_copy_lacks_is_replaced_and_kept_where_the_save_says_that_there_is_none(long? expected, int conflicts)
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.GoAwayAsync();
        await fallback.ByOtherAsync(Make.Session("1", """{"n":2}"""));
        await fallback.ReopenAsync();
        Assert.Null(await fallback.SessionAsync("1"));
        await fallback.SpoolAsync(Make.Session("1", """{"n":1}""", expected: expected));

        await fallback.ComeBackAsync();
        Assert.Equal(1, OutageTests.N(await fallback.StoredSessionAsync("1")));
        var kept = await fallback.Store.Administration.ListConflictsAsync(0, 10, FallbackFixture.Token);
        Assert.Equal(conflicts, kept.Count);
        Assert.All(kept, conflict => Assert.Contains("\"n\": 2", conflict.Stored!.Write, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_patch_of_a_record_that_was_deleted_is_not_dropped()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.Session("1"));
        await fallback.GoAwayAsync();
        await fallback.SpoolAsync(Make.Patch("1", """{"a":1}"""));
        await fallback.SpoolAsync(Make.Session("2"));
        await fallback.ByOtherAsync(new DeleteSession("1", null));

        await fallback.ComeBackAsync();
        Assert.Null(await fallback.StoredSessionAsync("1"));
        Assert.NotNull(await fallback.StoredSessionAsync("2"));
        Assert.Null(Assert.Single(await fallback.Store.Administration.ListConflictsAsync(0, 10, FallbackFixture.Token)).Stored);
    }

    [Fact]
    public async Task A_trade_that_was_accepted_is_stored_although_the_subscription_ended_since()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.User("1", expiry: Make.Until(TimeProvider.System.GetUtcNow().AddDays(1))));
        await fallback.GoAwayAsync();
        var trade = Make.Trade("1", TimeProvider.System.GetUtcNow());
        await fallback.SpoolAsync(new OpenTrade(trade));
        await fallback.ByOtherAsync(Make.User("1", expiry: Make.Until(TimeProvider.System.GetUtcNow().AddDays(-1))));

        await fallback.ComeBackAsync();
        Assert.Equal(trade.Id, Assert.Single(await OutageTests.PostgresTradesAsync(fallback)).Id);
        Assert.True(fallback.Store.Status is { Conflicts: 0, Quarantined: 0 });
    }

    [Fact]
    public async Task A_close_that_somebody_else_did_first_is_quarantined()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        var trade = Make.Trade("1");
        await fallback.ApplyAsync(new OpenTrade(trade));
        await fallback.GoAwayAsync();
        await fallback.SpoolAsync(Make.Close(trade.Id, exitPrice: 90m));
        await fallback.ByOtherAsync(Make.Close(trade.Id, exitPrice: 110m));

        await fallback.ComeBackAsync();
        Assert.Equal(110m, Assert.Single(await OutageTests.PostgresTradesAsync(fallback)).ExitPrice);
        Assert.Equal("invalid_state", Assert.Single(await fallback.Store.Administration.ListQuarantinedAsync(0, 10, FallbackFixture.Token)).Code);
    }

    [Fact]
    public async Task A_trade_whose_month_has_no_partition_is_quarantined_and_the_rest_goes_on()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.Session("0"));
        await fallback.Home.Database.ExecuteAsync("CREATE TABLE trades_2031_12 (id int)");
        await fallback.GoAwayAsync();
        var (month, other) = (new DateTimeOffset(2031, 12, 15, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2031, 11, 15, 0, 0, 0, TimeSpan.Zero));
        for (var n = 1; n <= 9; n++) await fallback.SpoolAsync(new OpenTrade(Make.Trade($"{n}", n == 5 ? month : other)));
        for (var n = 1; n <= 9; n++) await fallback.SpoolAsync(Make.User($"{n}"));

        await fallback.ComeBackAsync();

        Assert.Equal(8, (await OutageTests.PostgresTradesAsync(fallback)).Count);
        var quarantined = Assert.Single(await fallback.Store.Administration.ListQuarantinedAsync(0, 10, FallbackFixture.Token));
        Assert.Contains("2031-12", quarantined.Reason, StringComparison.Ordinal);
        Assert.Contains("not attached", quarantined.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_poison_write_is_quarantined_and_the_rest_goes_on()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.Home.Database.ExecuteAsync("ALTER TABLE sessions ADD CONSTRAINT no_seven CHECK (chat_id <> '7')");
        await fallback.ApplyAsync(Make.Session("0"));
        await fallback.GoAwayAsync();
        for (var n = 1; n <= 30; n++) await fallback.SpoolAsync(Make.Session($"{n}"));
        await fallback.SpoolAsync(Make.Session("7", """{"again":true}"""));

        await fallback.ComeBackAsync();
        Assert.Equal(30L, await fallback.Home.Database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
        var quarantined = await fallback.Store.Administration.ListQuarantinedAsync(0, 10, FallbackFixture.Token);
        Assert.Equal(2, quarantined.Count);
        Assert.All(quarantined, write => Assert.Contains("no_seven", write.Reason, StringComparison.Ordinal));

        await fallback.Home.Database.ExecuteAsync("ALTER TABLE sessions DROP CONSTRAINT no_seven");
        foreach (var write in quarantined)
            Assert.True(await fallback.Store.Administration.ReleaseAsync(write.Id, retry: true, FallbackFixture.Token));
        await Eventually.TrueAsync(async () => await fallback.StoredSessionAsync("7") is { Config: var config } && Make.Text(config)
            .Contains("again", StringComparison.Ordinal));
    }
}
