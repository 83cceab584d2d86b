using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Postgres;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.Trades;

namespace Nexus.Simulation.Tests.Replay;

/// <summary>Each spooled write has its effect once, whatever happens on the way.</summary>
public sealed class ReplayOnceTests : ReplayTest
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replay_whose_last_response_was_lost_goes_on_behind_what_was_committed()
    {
        await Kit.WriteAsync(Save("1", 0));
        await Kit.SpoolAsync(Patch("1", "a"));
        var isLost = true;
        Kit.Intercepts = (name, _, call) => name == nameof(IReplayTransaction.CommitAsync) && isLost ? LoseAsync((Task)call()!) : call();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.ReplayAsync());
        Assert.Equal(1, Kit.Outbox.Pending);
        Assert.Equal("2 {\"n\":0,\"a\":1}", await Kit.DescribeAsync("1"));
        isLost = false;
        await Kit.ChangeAsync(Save("1", 7));
        await Kit.SpoolAsync(Save("2", 1));
        Kit.Restart();
        await Kit.ReplayAsync();

        // Another's record is not patched once more.
        Assert.Equal("3 {\"n\":7}", await Kit.DescribeAsync("1"));
        Assert.Equal("1 {\"n\":1}", await Kit.DescribeAsync("2"));
        Assert.Equal((0L, 0L), (Kit.Outbox.Pending, Kit.Outbox.Conflicts));
        Assert.Equal(1, Kit.Replayer.Replayed);
    }

    [Fact]
    public async Task An_outage_during_the_replay_leaves_the_rest_in_its_order()
    {
        await Kit.SpoolAsync(Save("1", 1), Save("2", 1));
        Kit.Fails = label => label == "replay writes" ? ModelErrors.Broken() : null;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.ReplayAsync());
        Assert.Equal((2L, 0L), (Kit.Outbox.Pending, Kit.Replayer.Replayed));
        Kit.Fails = _ => null;
        await Kit.ReplayAsync();

        Assert.Equal(("1 {\"n\":1}", "1 {\"n\":1}"), (await Kit.DescribeAsync("1"), await Kit.DescribeAsync("2")));
        Assert.Equal(0, Kit.Outbox.Pending);
    }

    [Fact]
    public async Task A_rest_is_left_for_the_time_when_new_writes_wait()
    {
        await Kit.SpoolAsync(Save("1", 1), Save("2", 1));

        // A page holds both.
        await Kit.ReplayAsync(leave: 1);

        Assert.Equal(0, Kit.Outbox.Pending);
        Assert.Equal(2, Kit.Replayer.Replayed);
    }

    [Fact]
    public async Task A_folder_that_is_older_than_the_database_replaces_nothing_that_may_be_newer()
    {
        await Kit.WriteAsync(Save("1", 0), Save("2", 0));
        var id = Kit.Outbox.Id;
        await Kit.Remote.SetMetaAsync($"outbox/{id}", "1000", Token);
        await Kit.SpoolAsync(Save("1", 1), Save("2", 1));
        await Kit.ChangeAsync(Save("1", 5));

        await Kit.ReplayAsync();

        Assert.NotEqual(id, Kit.Outbox.Id);
        Assert.EndsWith("{\"n\":5}", await Kit.DescribeAsync("1"), StringComparison.Ordinal);
        Assert.Equal("2 {\"n\":1}", await Kit.DescribeAsync("2"));
        Assert.Equal(ReplayRules.MayBeApplied, Assert.Single(await Kit.ConflictsAsync()).Reason);
        Assert.Equal("2", await Kit.Remote.GetMetaAsync($"outbox/{Kit.Outbox.Id}", Token));
        Assert.Equal("1000", await Kit.Remote.GetMetaAsync($"outbox/{id}", Token));
    }

    [Fact]
    public async Task A_write_in_doubt_that_was_committed_is_not_sent_and_one_that_was_not_is()
    {
        await Kit.WriteAsync(Save("1", 0), Save("2", 0));
        // Committed, but its response was lost: the ledger has the batch.
        var committed = Patch("1", "a");
        var batches = await CommitAndLoseAsync(committed);
        await Kit.SpoolAsync(since: null, $"{Guid.NewGuid()},{batches}", committed);
        await Kit.SpoolAsync(since: null, $"{Guid.NewGuid()}", Patch("2", "a"));
        await Kit.ChangeAsync(Patch("2", "b"));

        await Kit.ReplayAsync();

        Assert.Equal("2 {\"n\":0,\"a\":1}", await Kit.DescribeAsync("1"));
        Assert.Equal("3 {\"n\":0,\"b\":1,\"a\":1}", await Kit.DescribeAsync("2"));
        Assert.Equal((0L, 0L), (Kit.Outbox.Pending, Kit.Outbox.Conflicts));
        // The one that was committed left the outbox without being replayed.
        Assert.Equal(1, Kit.Replayer.Replayed);
    }

    [Fact]
    public async Task A_write_whose_batch_was_committed_and_whose_record_has_changed_since_is_a_conflict()
    {
        await Kit.WriteAsync(Save("1", 0));
        var committed = Save("1", 1);
        var batches = await CommitAndLoseAsync(committed);
        await Kit.SpoolAsync(since: null, batches, committed);
        await Kit.ChangeAsync(new DeleteSession("1", null));
        await Kit.ChangeAsync(Save("1", 7));

        await Kit.ReplayAsync();

        Assert.EndsWith("{\"n\":7}", await Kit.DescribeAsync("1"), StringComparison.Ordinal);
        Assert.Equal(ReplayRules.MayBeApplied, Assert.Single(await Kit.ConflictsAsync()).Reason);
    }

    [Fact]
    public async Task A_ledger_that_has_forgotten_says_nothing()
    {
        await Kit.WriteAsync(Save("1", 0), Save("2", 0), Save("3", 0));
        var batch = $"{Guid.NewGuid()}";
        await Kit.SpoolAsync(since: null, batch, Save("1", 1), Save("2", 1), Save("3", 1));
        // Two that have waited for an hour, of which one was changed by another.
        await Kit.ExecuteAsync("UPDATE outbox SET spooled_at = spooled_at - 3600000000 WHERE record_id IN ('1', '3')");
        await Kit.ChangeAsync(Save("1", 5));

        await Kit.ReplayAsync();

        Assert.EndsWith("{\"n\":5}", await Kit.DescribeAsync("1"), StringComparison.Ordinal);
        Assert.Equal(ReplayRules.MayBeApplied, Assert.Single(await Kit.ConflictsAsync()).Reason);
        Assert.Equal(("2 {\"n\":1}", "2 {\"n\":1}"), (await Kit.DescribeAsync("2"), await Kit.DescribeAsync("3")));
    }

    [Fact]
    public async Task A_trade_that_is_stored_already_is_done()
    {
        var open = new OpenTrade(Make.Trade("1"));
        await Kit.SpoolAsync(open, Save("1", 1));
        await Kit.ChangeAsync(open with { WriteId = Guid.NewGuid() });

        await Kit.ReplayAsync();

        Assert.Equal("1 {\"n\":1}", await Kit.DescribeAsync("1"));
        Assert.Equal((0L, 0L, 0L), (Kit.Outbox.Pending, Kit.Outbox.Quarantined, Kit.Outbox.Conflicts));
    }

    [Fact]
    public async Task Records_that_keep_changing_are_given_up_after_twenty_looks()
    {
        await Kit.SpoolAsync(Save("1", 1));
        var looks = 0;
        Kit.Intercepts = (name, arguments, call) =>
        {
            if (name != nameof(IReplayTransaction.ApplyAsync)) return call();
            looks++;
            return Task.FromResult<WriteOutcome?[]?>(new WriteOutcome?[((Write[])arguments[0]!).Length]);
        };

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.ReplayAsync());

        Assert.Equal(StoreUnavailableReason.TimedOut, error.Reason);
        Assert.Contains("after 20 attempts", error.Message, StringComparison.Ordinal);
        Assert.Equal(20, looks);
        Assert.Equal(1, Kit.Outbox.Pending);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("1")]
    [InlineData("1 5")]
    public async Task A_write_that_ends_the_transaction_is_looked_for_in_halves(string refused)
    {
        await Kit.SpoolAsync([.. Enumerable.Range(1, 5).Select(n => Save($"{n}", 1))]);
        var bad = refused.Split(' ');
        Kit.Breaks = writes => writes.Length > 1 && writes.Any(write => bad.Contains(write.Key.Id));
        Kit.Intercepts = (name, arguments, call) =>
            name == nameof(IReplayTransaction.ApplyAsync) && arguments[0] is Write[] and [var only] && bad.Contains(only.Key.Id)
                ? Task.FromResult<WriteOutcome?[]?>([WriteOutcome.Failed(new StoreRejectedException("XX001", "damaged"))]) : call();

        await Kit.ReplayAsync();

        Assert.Equal(bad, (await Kit.QuarantinedAsync()).Select(write => write.RecordId));
        Assert.All(await Kit.QuarantinedAsync(), write => Assert.Equal(("rejected", "damaged"), (write.Code, write.Reason)));
        for (var n = 1; n <= 5; n++) Assert.Equal(bad.Contains($"{n}") ? "-" : "1 {\"n\":1}", await Kit.DescribeAsync($"{n}"));
        Assert.Equal(0, Kit.Outbox.Pending);
    }

    [Fact]
    public async Task Writes_that_are_refused_together_and_not_alone_are_sent_again_and_not_for_ever()
    {
        await Kit.SpoolAsync(Save("1", 1), Save("2", 1));
        var refusals = 1;
        Kit.Breaks = writes => writes.Length > 1 && refusals-- > 0;
        await Kit.ReplayAsync();
        Assert.Equal((0L, 0L), (Kit.Outbox.Pending, Kit.Outbox.Quarantined));
        Assert.Equal("1 {\"n\":1}", await Kit.DescribeAsync("2"));

        await Kit.SpoolAsync(Save("3", 1), Save("4", 1));
        refusals = int.MaxValue;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.ReplayAsync());
        Assert.Equal(2, Kit.Outbox.Pending);
    }

    [Fact]
    public async Task Tables_are_locked_in_their_order_and_only_those_up_to_the_last_that_is_looked_at()
    {
        var trade = Make.Trade("1");
        await Kit.WriteAsync(new OpenTrade(trade), Save("1", 0), Make.Config("k", "0"));
        await Kit.SpoolAsync(Make.Close(trade.Id, 1m, "1"), Make.Config("k", "1"), Save("1", 1), Make.User("1"));
        List<string> locked = [];
        Kit.Intercepts = (name, arguments, call) =>
        {
            if (name == nameof(IReplayTransaction.LockAsync)) locked.Add(((RecordTable)arguments[0]!).Name);
            return call();
        };

        await Kit.ReplayAsync();

        RecordTable[] looked = [new DeleteSession("1", null).Key.Table, Make.User("1").Key.Table, Make.Config("k", "1").Key.Table];
        var last = looked.Max(table => table.LockOrder);
        var expected = looked.Append(new OpenTrade(trade).Key.Table).Where(table => table.LockOrder <= last).OrderBy(table => table.LockOrder);
        Assert.Equal(expected.Select(table => table.Name), locked);
    }

    private static async Task LoseAsync(Task call)
    {
        await call;
        throw new StoreUnavailableException(StoreUnavailableReason.Unreachable, "the connection broke");
    }

    /// <summary>Commits a write whose caller does not learn of it; returns the batch.</summary>
    private async Task<string> CommitAndLoseAsync(Write write)
    {
        var batches = new InFlightBatches();
        Guid? sent = null;
        Kit.Fails = label =>
        {
            if (label.StartsWith("batch of", StringComparison.Ordinal)) sent = Assert.Single(batches.Close());
            return null;
        };
        Assert.True(Assert.Single(await Kit.Remote.ApplyAsync([write], atomic: false, batches, Token)).IsApplied);
        Kit.Fails = _ => null;
        return sent!.Value.ToString();
    }
}
