using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.SystemConfig;
using Nexus.Trades;

namespace Nexus.Simulation.Tests.Replay;

/// <summary>A spooled write meets a record that has changed meanwhile: nothing is lost without a trace, and nothing newer is replaced.</summary>
public sealed class ReplayConflictTests : ReplayTest
{
    [Fact]
    public async Task What_nobody_else_has_changed_is_replayed_once_with_the_versions_that_were_reported()
    {
        await Kit.WriteAsync(Save("1", 0));
        var outcomes = await Kit.SpoolAsync(
            Save("1", 1), Save("1", 2), Patch("1", "a"), Save("2", 7), Make.Config("k", "1"), new DeleteSession("2", null));
        Assert.All(outcomes, outcome => Assert.True(outcome.IsSpooled));
        Assert.Equal(6, Kit.Outbox.Pending);

        await Kit.ReplayAsync();

        Assert.Equal("4 {\"n\":2,\"a\":1}", await Kit.DescribeAsync("1"));
        Assert.Equal("-", await Kit.DescribeAsync("2"));
        Assert.NotNull(await Kit.Remote.GetSystemConfigAsync("k", TestContext.Current.CancellationToken));
        Assert.Equal((0L, 0L, 0L, 0L), (Kit.Outbox.Pending, Kit.Outbox.Bytes, Kit.Outbox.Conflicts, Kit.Outbox.Quarantined));
        Assert.Equal(6, Kit.Replayer.Replayed);
        await Kit.ReplayAsync();
        Assert.Equal(6, Kit.Replayer.Replayed);
    }

    [Fact]
    public async Task A_record_that_was_changed_afterwards_stays_and_is_above_the_version_that_the_caller_knows()
    {
        await Kit.WriteAsync(Save("1", 0), Save("9", 0));
        await Kit.SpoolAsync(Save("1", 1), Save("1", 2), Save("9", 1));
        await Kit.ChangeAsync(Save("1", 5));

        await Kit.ReplayAsync();

        // The outbox had reported version 3.
        Assert.Equal("4 {\"n\":5}", await Kit.DescribeAsync("1"));
        Assert.Equal("2 {\"n\":1}", await Kit.DescribeAsync("9"));
        var conflict = Assert.Single(await Kit.ConflictsAsync());
        Assert.Equal((ConflictWinner.Remote, ReplayRules.NewerStored), (conflict.Kept, conflict.Reason));
        Assert.Contains("\"n\":2", conflict.Spooled.Write, StringComparison.Ordinal);
        Assert.Contains("\"n\":5", conflict.Stored!.Write, StringComparison.Ordinal);
        Assert.Equal((0L, 1L), (Kit.Outbox.Pending, Kit.Outbox.Conflicts));
    }

    [Fact]
    public async Task A_record_that_was_changed_before_is_replaced_and_kept_in_the_conflicts()
    {
        await Kit.WriteAsync(Save("1", 0));
        var since = TimeProvider.System.GetUtcNow();
        await Kit.ChangeAsync(Save("1", 5));
        await Kit.SpoolAsync(since, doubt: null, Save("1", 1));

        await Kit.ReplayAsync();

        Assert.Equal("3 {\"n\":1}", await Kit.DescribeAsync("1"));
        var conflict = Assert.Single(await Kit.ConflictsAsync());
        Assert.Equal((ConflictWinner.Local, ReplayRules.OlderStored), (conflict.Kept, conflict.Reason));
        Assert.Contains("\"n\":5", conflict.Stored!.Write, StringComparison.Ordinal);
        Assert.Equal(0, Kit.Outbox.Pending);
    }

    [Fact]
    public async Task What_was_changed_while_PostgreSQL_still_served_is_replaced_unless_the_caller_named_a_version()
    {
        await Kit.WriteAsync(Save("1", 0), Save("2", 0));
        await Kit.ChangeAsync(Save("1", 5), Save("2", 5));

        await Kit.SpoolAsync(Save("1", 1), Save("2", 1, expected: 1));
        await Kit.ReplayAsync();

        Assert.Equal("3 {\"n\":1}", await Kit.DescribeAsync("1"));
        Assert.Equal("3 {\"n\":1}", await Kit.DescribeAsync("2"));
        var conflict = Assert.Single(await Kit.ConflictsAsync());
        Assert.Equal(("2", ConflictWinner.Local), (conflict.RecordId, conflict.Kept));
    }

    [Fact]
    public async Task A_patch_of_a_record_that_was_deleted_is_a_conflict_and_a_removal_is_done()
    {
        await Kit.WriteAsync(Save("1", 0), Save("2", 0));
        await Kit.SpoolAsync(Patch("1", "a"), new DeleteSession("2", null));
        await Kit.ChangeAsync(new DeleteSession("1", null), new DeleteSession("2", null));

        await Kit.ReplayAsync();

        Assert.Equal("-", await Kit.DescribeAsync("1"));
        var conflict = Assert.Single(await Kit.ConflictsAsync());
        Assert.Equal((ConflictWinner.Remote, ReplayRules.Deleted), (conflict.Kept, conflict.Reason));
        Assert.Null(conflict.Stored);
        Assert.Equal((0L, 0L), (Kit.Outbox.Pending, Kit.Outbox.Quarantined));
    }

    [Fact]
    public async Task A_patch_is_merged_with_what_others_have_changed()
    {
        await Kit.WriteAsync(Save("1", 0));
        await Kit.SpoolAsync(Patch("1", "a"), Patch("1", "b"));
        await Kit.ChangeAsync(Patch("1", "c"));

        await Kit.ReplayAsync();

        Assert.Equal("3 {\"n\":0,\"c\":1,\"a\":1,\"b\":1}", await Kit.DescribeAsync("1"));
        Assert.Equal(0, Kit.Outbox.Conflicts);
    }

    [Fact]
    public async Task A_version_below_the_reported_one_is_raised_to_it()
    {
        await Kit.WriteAsync(Save("1", 0));
        // Three writes that become one.
        await Kit.SpoolAsync(Save("1", 1), Save("1", 2), Save("1", 3));
        await Kit.ReplayAsync();
        Assert.Equal("4 {\"n\":3}", await Kit.DescribeAsync("1"));

        // A record that others deleted begins anew, above what the caller knows.
        await Kit.SpoolAsync(Save("1", 4));
        await Kit.ChangeAsync(new DeleteSession("1", null));
        await Kit.ReplayAsync();
        Assert.Equal("5 {\"n\":4}", await Kit.DescribeAsync("1"));
    }

    [Fact]
    public async Task A_trade_that_is_not_there_or_closed_goes_to_the_quarantine_and_its_neighbours_do_not()
    {
        var (gone, closed, open) = (Make.Trade("1"), Make.Trade("1"), Make.Trade("1"));
        await Kit.WriteAsync(new OpenTrade(closed), new OpenTrade(open));
        await Kit.Local.ApplyAsync([new OpenTrade(gone)], atomic: false, TestContext.Current.CancellationToken);
        await Kit.SpoolAsync(Make.Close(gone.Id, 1m, "1"), Make.Close(closed.Id, 2m, "1"), Make.Close(open.Id, 3m, "1"), Save("1", 1));
        await Kit.ChangeAsync(Make.Close(closed.Id, 9m, "1"));

        await Kit.ReplayAsync();

        var quarantined = await Kit.QuarantinedAsync();
        Assert.Equal([(gone.Id.ToString(), "not_found"), (closed.Id.ToString(), "invalid_state")],
            quarantined.Select(write => (write.RecordId, write.Code)));
        Assert.Equal([Make.Close(gone.Id).NotFoundInReplay, Make.Close(gone.Id).InvalidStateInReplay], quarantined.Select(write => write.Reason));
        Assert.Equal("1 {\"n\":1}", await Kit.DescribeAsync("1"));
        Assert.Equal(TradeStatus.Closed, (await Kit.Remote.FindTradesAsync(open.Id, "1", null, TestContext.Current.CancellationToken))[0].Status);
        Assert.Equal((0L, 2L, 0L), (Kit.Outbox.Pending, Kit.Outbox.Quarantined, Kit.Outbox.Conflicts));
    }

    [Fact]
    public async Task Of_several_writes_to_one_record_only_the_one_that_is_refused_goes_to_the_quarantine()
    {
        await Kit.WriteAsync(Save("1", 0));
        await Kit.SpoolAsync(
            Patch("1", "a"), Make.Patch("1", $$"""{"large":"{{new string('x', 150_000)}}"}"""), Patch("1", "b"), Save("2", 1));
        await Kit.ChangeAsync(Make.Patch("1", $$"""{"other":"{{new string('y', 150_000)}}"}"""));

        await Kit.ReplayAsync();

        var quarantined = Assert.Single(await Kit.QuarantinedAsync());
        Assert.Equal(("1", "too_large"), (quarantined.RecordId, quarantined.Code));
        Assert.Contains("bytes", quarantined.Reason, StringComparison.Ordinal);
        var config = Make.Text((await Kit.SessionAsync("1"))!.Config);
        Assert.Contains("\"a\":1", config, StringComparison.Ordinal);
        Assert.Contains("\"b\":1", config, StringComparison.Ordinal);
        Assert.DoesNotContain("xxx", config, StringComparison.Ordinal);
        Assert.Equal("1 {\"n\":1}", await Kit.DescribeAsync("2"));
        Assert.Equal(0, Kit.Outbox.Pending);
    }

    [Fact]
    public async Task An_operator_s_decision_holds_over_whatever_is_stored()
    {
        await Kit.WriteAsync(Save("1", 0));
        await Kit.SpoolAsync(Save("1", 1));
        await Kit.ChangeAsync(Save("1", 5));
        await Kit.ReplayAsync();
        var conflict = Assert.Single(await Kit.ConflictsAsync());
        await Kit.ChangeAsync(Save("1", 6));

        Assert.True(await Kit.Administration.ResolveAsync(conflict.Id, ConflictWinner.Local, TestContext.Current.CancellationToken));
        Assert.Equal((1L, 0L, 1), (Kit.Outbox.Pending, Kit.Outbox.Conflicts, Kit.Woken));
        await Kit.ReplayAsync();

        Assert.EndsWith("{\"n\":1}", await Kit.DescribeAsync("1"), StringComparison.Ordinal);
        Assert.Empty(await Kit.ConflictsAsync());
        Assert.False(await Kit.Administration.ResolveAsync(conflict.Id, ConflictWinner.Local, TestContext.Current.CancellationToken));
        Assert.Equal(1, Kit.Woken);
    }

    [Fact]
    public async Task The_version_that_was_replaced_can_be_brought_back_and_the_one_that_was_kept_needs_nothing()
    {
        await Kit.WriteAsync(Save("1", 0), Save("2", 0));
        var since = TimeProvider.System.GetUtcNow();
        await Kit.ChangeAsync(Save("1", 5), Save("2", 5));
        await Kit.SpoolAsync(since, doubt: null, Save("1", 1), Save("2", 1));
        await Kit.ReplayAsync();
        var conflicts = await Kit.ConflictsAsync();
        Assert.Equal(2, conflicts.Count);

        await Kit.Administration.ResolveAsync(conflicts[0].Id, ConflictWinner.Remote, TestContext.Current.CancellationToken);
        await Kit.Administration.ResolveAsync(conflicts[1].Id, ConflictWinner.Local, TestContext.Current.CancellationToken);
        Assert.Equal(1, Kit.Outbox.Pending);
        await Kit.ReplayAsync();

        Assert.EndsWith("{\"n\":5}", await Kit.DescribeAsync("1"), StringComparison.Ordinal);
        Assert.EndsWith("{\"n\":1}", await Kit.DescribeAsync("2"), StringComparison.Ordinal);
        Assert.Equal((0L, 0L), (Kit.Outbox.Pending, Kit.Outbox.Conflicts));
    }

    [Fact]
    public async Task A_quarantined_write_is_put_back_or_dropped()
    {
        var trade = Make.Trade("1");
        await Kit.Local.ApplyAsync([new OpenTrade(trade)], atomic: false, TestContext.Current.CancellationToken);
        await Kit.SpoolAsync(Make.Close(trade.Id, 1m, "1"));
        await Kit.ReplayAsync();
        var number = Assert.Single(await Kit.QuarantinedAsync()).Id;
        await Kit.ChangeAsync(new OpenTrade(trade));

        Assert.True(await Kit.Administration.ReleaseAsync(number, retry: true, TestContext.Current.CancellationToken));
        Assert.Equal((1L, 0L), (Kit.Outbox.Pending, Kit.Outbox.Quarantined));
        await Kit.ReplayAsync();
        Assert.Equal(TradeStatus.Closed, (await Kit.Remote.FindTradesAsync(trade.Id, "1", null, TestContext.Current.CancellationToken))[0].Status);

        // Once more, for good.
        await Kit.SpoolAsync(Save("1", 1));
        await Kit.ExecuteAsync("UPDATE outbox SET kind = 'of_tomorrow'");
        await Kit.ReplayAsync();
        number = Assert.Single(await Kit.QuarantinedAsync()).Id;
        Assert.True(await Kit.Administration.ReleaseAsync(number, retry: false, TestContext.Current.CancellationToken));
        Assert.False(await Kit.Administration.ReleaseAsync(number, retry: false, TestContext.Current.CancellationToken));
        Assert.Equal((0L, 0L), (Kit.Outbox.Pending, Kit.Outbox.Quarantined));
    }

    [Fact]
    public async Task What_left_the_queue_for_a_chat_is_erased_with_it()
    {
        var trade = Make.Trade("1");
        await Kit.WriteAsync(Save("1", 0), Save("2", 0));
        await Kit.Local.ApplyAsync([new OpenTrade(trade)], atomic: false, TestContext.Current.CancellationToken);
        await Kit.SpoolAsync(Save("1", 1), Save("2", 1), Make.Close(trade.Id, 1m, "1"));
        await Kit.ChangeAsync(Save("1", 5), Save("2", 5));
        await Kit.ReplayAsync();
        Assert.Equal((2L, 1L), (Kit.Outbox.Conflicts, Kit.Outbox.Quarantined));

        Assert.Equal(2, await Kit.Administration.ForgetAsync("1", isPreview: true, TestContext.Current.CancellationToken));
        Assert.Equal((2L, 1L), (Kit.Outbox.Conflicts, Kit.Outbox.Quarantined));
        Assert.Equal(2, await Kit.Administration.ForgetAsync("1", isPreview: false, TestContext.Current.CancellationToken));
        Assert.Equal((1L, 0L), (Kit.Outbox.Conflicts, Kit.Outbox.Quarantined));
        Assert.Equal("2", Assert.Single(await Kit.ConflictsAsync()).RecordId);
        // A damaged body names nobody; its key does.
        await Kit.ExecuteAsync("UPDATE outbox_conflicts SET spooled = '{', stored = '['");
        Assert.Equal(1, await Kit.Administration.ForgetAsync("2", isPreview: false, TestContext.Current.CancellationToken));
        Assert.Equal(0, Kit.Outbox.Conflicts);
    }
}
