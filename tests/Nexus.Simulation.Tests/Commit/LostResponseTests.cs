using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using static Nexus.Simulation.Tests.Commit.CommitKit;

namespace Nexus.Simulation.Tests.Commit;

/// <summary>The response to a commit is lost: nothing is lost, doubled or guessed.</summary>
public sealed class LostResponseTests : CommitTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_that_was_committed_has_its_outcomes_and_is_not_sent_again(bool atomic)
    {
        Executor.After = (_, batch) => Broken(atCommit: batch);

        var outcomes = atomic ? await Kit.CommitAtomicAsync(Save("1"), Save("2")) : await Kit.CommitAsync(Save("1"), Save("2"));

        Assert.All(outcomes, outcome => Assert.Equal((WriteStatus.Applied, 1L), (outcome.Status, outcome.Version)));
        Assert.Single(Executor.Sent);
        Assert.Equal(["1", "2"], Kit.Announced);
        Assert.Equal(1, Kit.Committer.Commits);
        Assert.Equal("1 1", await Kit.VersionsAsync("1", "2"));
    }

    [Fact]
    public async Task A_batch_that_was_not_committed_is_sent_again_and_the_first_one_can_never_be()
    {
        PostgresBatch? lost = null;
        Executor.Before = (attempt, batch) => attempt == 1 ? Broken(atCommit: lost = batch) : null;

        Assert.Equal(1, Assert.Single(await Kit.CommitAsync(Save("1"))).Version);

        Assert.Equal(2, Executor.Sent.Count);
        Assert.Equal(1, Kit.Committer.Commits);
        Assert.Equal(["1"], Kit.Announced);
        // It arrives late.
        Executor.Before = (_, _) => null;
        await Assert.ThrowsAnyAsync<Exception>(() =>
            Executor.ExecuteAsync(lost!, ExecutionMode.OneRoundTrip, TransactionMode.Commit, CancellationToken.None));
        Assert.Equal("1", await Kit.VersionsAsync("1"));
    }

    [Fact]
    public async Task Outcomes_that_were_known_before_the_commit_stay()
    {
        var refused = new StoreRejectedException("22003", "refused");
        Executor.After = (_, _) => new ConnectionBrokenException(ModelErrors.Broken(), [null, WriteOutcome.Failed(refused)]);

        var outcomes = await Kit.CommitAsync(Save("1"), Save("2"));

        Assert.True(outcomes[0].IsApplied);
        Assert.Same(refused, outcomes[1].Error);
    }

    [Fact]
    public async Task A_record_that_has_changed_since_leaves_its_write_unknown_and_not_its_neighbours()
    {
        await Kit.CommitAsync(Save("1"));
        Executor.Sent.Clear();
        Executor.After = (attempt, batch) => attempt == 1 ? Broken(atCommit: batch) : null;
        Executor.Meanwhile = async () =>
        {
            Executor.Meanwhile = () => Task.CompletedTask;
            await Kit.CommitAsync(Save("1"));
        };

        var outcomes = await Kit.CommitAsync(Save("1", expected: 1), Save("2"));

        Assert.IsType<UnknownOutcomeException>(outcomes[0].Error);
        Assert.Contains("unknown whether this write was applied", outcomes[0].Error!.Message, StringComparison.Ordinal);
        Assert.True(outcomes[1].IsApplied);
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_asked_leaves_the_outcome_unknown_and_nothing_is_sent_again()
    {
        var batches = new InFlightBatches();
        PostgresBatch? sent = null;
        Executor.After = (_, batch) => Broken(atCommit: sent = batch);
        Kit.Fails = label => label == "ask for a batch" ? ModelErrors.Refused() : null;

        var unknown = await Assert.ThrowsAsync<UnknownOutcomeException>(
            () => Kit.Committer.CommitAsync([Save("1")], atomic: false, batches, TestContext.Current.CancellationToken));

        Assert.Contains("within 15 s", unknown.Message, StringComparison.Ordinal);
        Assert.Single(Executor.Sent);
        Assert.True(Kit.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch >= TimeSpan.FromSeconds(15));
        // Who gave the call up looks for it later.
        Assert.Equal([sent!.Id], batches.Close());
        Assert.False(batches.HasCommitted);
    }

    [Fact]
    public async Task Records_that_cannot_be_read_after_a_commit_leave_the_outcome_unknown_and_caches_drop_them()
    {
        var batches = new InFlightBatches();
        Executor.After = (_, batch) => Broken(atCommit: batch);
        Kit.Fails = label => label == "look up sessions" ? ModelErrors.Refused() : null;

        var unknown = await Assert.ThrowsAsync<UnknownOutcomeException>(
            () => Kit.Committer.CommitAsync([Save("1"), Save("2")], atomic: false, batches, TestContext.Current.CancellationToken));

        Assert.Contains("was committed but its response was lost", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], Kit.Announced);
        Assert.Single(Executor.Sent);
        Assert.Single(batches.Close());
    }

    [Fact]
    public async Task A_reason_that_cannot_be_read_is_an_error_of_its_write_alone()
    {
        Kit.Fails = label => label == "look up sessions" ? ModelErrors.Refused() : null;

        var outcomes = await Kit.CommitAsync(Save("1"), Save("2", expected: 7));

        Assert.True(outcomes[0].IsApplied);
        Assert.IsType<StoreUnavailableException>(outcomes[1].Error);
        Assert.Equal(["1"], Kit.Announced);
    }

    [Fact]
    public async Task A_call_knows_which_of_its_batches_may_be_committed()
    {
        var batches = new InFlightBatches();
        var (rolledBack, committed) = (new InFlightBatches(), new InFlightBatches());
        Executor.Before = (attempt, _) => attempt < 3 ? Broken() : null;
        await Kit.Committer.CommitAsync([Save("1")], atomic: false, committed, TestContext.Current.CancellationToken);
        await Kit.Committer.CommitAsync([Save("1", expected: 9), Save("2")], atomic: true, rolledBack, TestContext.Current.CancellationToken);

        Assert.Empty(committed.Close());
        Assert.True(committed.HasCommitted);
        Assert.Empty(rolledBack.Close());
        Assert.False(rolledBack.HasCommitted);
        // A lost response that was found counts as well.
        Executor.After = (_, batch) => Broken(atCommit: batch);
        await Kit.Committer.CommitAsync([Save("3")], atomic: false, batches, TestContext.Current.CancellationToken);
        Assert.True(batches.HasCommitted);
        Assert.Empty(batches.Close());
        // A call that was given up sends nothing more.
        var sent = Executor.Sent.Count;
        var givenUp = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Kit.Committer.CommitAsync([Save("4")], atomic: false, batches, TestContext.Current.CancellationToken));
        Assert.Equal("the call was given up", givenUp.Message);
        Assert.Equal(sent, Executor.Sent.Count);
    }

    [Fact]
    public async Task A_call_whose_batches_were_all_refused_has_committed_nothing_and_one_that_has_committed_stays_so()
    {
        var batches = new InFlightBatches();
        Executor.Before = (attempt, _) => attempt < 3 ? Broken() : ModelErrors.Refused();
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => Kit.Committer.CommitAsync([Save("1")], atomic: false, batches, TestContext.Current.CancellationToken));
        Assert.False(batches.HasCommitted);

        Executor.Before = (_, _) => null;
        for (var n = 0; n < 2; n++)
        {
            await Kit.Committer.CommitAsync([Save("1")], atomic: false, batches, TestContext.Current.CancellationToken);
            Assert.True(batches.HasCommitted);
        }
        Assert.Empty(batches.Close());
    }
}
