using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;
using static Nexus.Simulation.Tests.Commit.CommitKit;

namespace Nexus.Simulation.Tests.Commit;

/// <summary>What may pass is sent again, so often and for so long; what will not is told at once.</summary>
public sealed class CommitRetryTests : CommitTest
{
    private protected override TimeSpan? Budget => TimeSpan.FromMilliseconds(28);

    [Theory]
    [InlineData(PostgresErrorCodes.DeadlockDetected)]
    [InlineData(PostgresErrorCodes.SerializationFailure)]
    [InlineData(PostgresErrorCodes.TooManyConnections)]
    public async Task A_transaction_that_lost_is_sent_again_ten_times_at_most(string state)
    {
        Executor.Before = (attempt, _) => attempt < 3 ? Error(state) : null;
        Assert.All(await Kit.CommitAsync(Save("1"), Save("2")), outcome => Assert.True(outcome.IsApplied));
        Assert.Equal(3, Executor.Sent.Count);

        Executor.Before = (_, _) => Error(state);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.CommitAsync(Save("1"), Save("2")));
        Assert.Equal(13, Executor.Sent.Count);
        Assert.All(Executor.Sent, sent => Assert.Equal("2 OneRoundTrip Commit", sent));
    }

    [Fact]
    public async Task Attempts_count_anew_under_savepoints()
    {
        Executor.Before = (attempt, _) => Error(attempt == 5 ? "22003" : PostgresErrorCodes.DeadlockDetected);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.CommitAsync(Save("1"), Save("2")));

        Assert.Equal(5, Executor.Sent.Count(sent => sent == "2 OneRoundTrip Commit"));
        Assert.Equal(10, Executor.Sent.Count(sent => sent == "2 Savepoints Commit"));
    }

    [Fact]
    public async Task A_connection_that_broke_before_the_commit_is_replaced_for_as_long_as_the_budget_allows()
    {
        Executor.Before = (attempt, _) => attempt < 4 ? Broken() : null;
        Assert.True(Assert.Single(await Kit.CommitAsync(Save("1"))).IsApplied);
        Assert.Equal(4, Executor.Sent.Count);

        // Waits of 4, 8 and 16 ms are the budget of 28.
        Executor.Before = (_, _) => Broken();
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.CommitAsync(Save("1")));
        Assert.Equal(StoreUnavailableReason.Unreachable, error.Reason);
        Assert.Equal(8, Executor.Sent.Count);
    }

    [Fact]
    public async Task A_server_that_takes_no_writes_is_waited_for_as_long_as_the_budget_allows()
    {
        foreach (var error in new Exception[]
        {
            Error(PostgresErrorCodes.ReadOnlySqlTransaction), new StoreUnavailableException(StoreUnavailableReason.Fenced, "an old primary"),
        })
        {
            Executor.Sent.Clear();
            Executor.Before = (_, _) => error;
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.CommitAsync(Save("1"), Save("2")));
            Assert.Equal(4, Executor.Sent.Count);
        }
        Executor.Sent.Clear();
        Executor.Before = (attempt, _) => attempt == 1 ? Error(PostgresErrorCodes.ReadOnlySqlTransaction) : null;
        Assert.All(await Kit.CommitAtomicAsync(Save("1"), Save("2")), outcome => Assert.True(outcome.IsApplied));
        Assert.Equal(2, Executor.Sent.Count);
    }

    [Fact]
    public async Task A_batch_that_took_too_long_is_tried_in_parts_once()
    {
        Executor.Before = (_, _) => Broken(reason: ModelErrors.TimedOut());

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.CommitAsync(Save("1"), Save("2")));

        Assert.Equal(StoreUnavailableReason.TimedOut, error.Reason);
        Assert.Equal(["2 OneRoundTrip Commit", "2 Savepoints Commit"], Executor.Sent);
        Executor.Sent.Clear();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.CommitAsync(Save("1")));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.CommitAtomicAsync(Save("1"), Save("2")));
        Assert.Equal(["1 OneRoundTrip Commit", "2 OneRoundTrip CommitIfAllApplied"], Executor.Sent);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_told_at_once_and_a_defect_as_it_is()
    {
        Executor.Before = (_, _) => ModelErrors.Refused();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.CommitAsync(Save("1")));
        Executor.Before = (_, _) => new InvalidCastException();
        await Assert.ThrowsAsync<InvalidCastException>(() => Kit.CommitAsync(Save("1")));
        Executor.Before = (_, _) => new OperationCanceledException();
        await Assert.ThrowsAsync<OperationCanceledException>(() => Kit.CommitAsync(Save("1")));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Kit.Committer.CommitAsync([Save("1")], atomic: false, inFlight: null, new CancellationToken(canceled: true)));

        Assert.Equal(3, Executor.Sent.Count);
    }

    [Fact]
    public async Task A_write_that_changed_nothing_for_no_reason_is_sent_again_alone()
    {
        Executor.Suppresses = (attempt, write) => attempt < 3 && write.Key.Id == "2";

        Assert.All(await Kit.CommitAsync(Save("1"), Save("2"), Save("3")), outcome => Assert.Equal(1, outcome.Version));

        Assert.Equal(["3 OneRoundTrip Commit", "1 OneRoundTrip Commit", "1 OneRoundTrip Commit"], Executor.Sent);
        Assert.Equal(["1", "3", "2"], Kit.Announced);
    }

    [Fact]
    public async Task A_write_that_a_trigger_suppresses_each_time_is_refused_and_its_neighbours_are_not()
    {
        Executor.Suppresses = (_, write) => write.Key.Id is "1" or "3";

        var outcomes = await Kit.CommitAsync(Save("1"), Save("2"), Save("3"));

        Assert.All(new[] { outcomes[0], outcomes[2] }, outcome =>
            Assert.Contains("gave no reason", Assert.IsType<StoreRejectedException>(outcome.Error).Message, StringComparison.Ordinal));
        Assert.Contains("10 attempts", outcomes[0].Error!.Message, StringComparison.Ordinal);
        Assert.Contains("may suppress the write", outcomes[0].Error!.Message, StringComparison.Ordinal);
        Assert.True(outcomes[1].IsApplied);
        Assert.Equal(10, Executor.Sent.Count);
    }

    [Fact]
    public async Task An_error_after_a_part_was_committed_is_that_of_the_rest()
    {
        Executor.Suppresses = (_, write) => write.Key.Id == "2";
        Executor.Before = (attempt, _) => attempt == 2 ? ModelErrors.Refused() : null;

        var outcomes = await Kit.CommitAsync(Save("1"), Save("2"));

        Assert.True(outcomes[0].IsApplied);
        Assert.IsType<StoreUnavailableException>(outcomes[1].Error);
        Assert.Equal("1 0", await Kit.VersionsAsync("1", "2"));
    }

    [Fact]
    public async Task An_atomic_batch_with_such_a_write_is_sent_again_as_a_whole()
    {
        Executor.Suppresses = (attempt, write) => attempt == 1 && write.Key.Id == "2";
        Assert.All(await Kit.CommitAtomicAsync(Save("1"), Save("2")), outcome => Assert.Equal(1, outcome.Version));
        Assert.Equal(["2 OneRoundTrip CommitIfAllApplied", "2 OneRoundTrip CommitIfAllApplied"], Executor.Sent);

        Executor.Suppresses = (_, write) => write.Key.Id == "4";
        var outcomes = await Kit.CommitAtomicAsync(Save("3"), Save("4"));
        Assert.Equal([WriteStatus.RolledBack, WriteStatus.Failed], outcomes.Select(outcome => outcome.Status));
        Assert.Equal("0 0", await Kit.VersionsAsync("3", "4"));
    }
}
