using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.StoreContract;
using Npgsql;
using static Nexus.Simulation.Tests.Commit.CommitKit;

namespace Nexus.Simulation.Tests.Commit;

/// <summary>What the server refuses fails alone, and its neighbours are committed with as few messages as can be.</summary>
public sealed class CommitRefusalTests : CommitTest
{
    private const string Whole = "OneRoundTrip Commit", Parts = "Savepoints Commit";
    private const string Atomic = "OneRoundTrip CommitIfAllApplied", Trial = "Savepoints RollBack";

    /// <summary>Data that a row cannot hold, after which the transaction goes on; and a damaged page, after which the driver gives up.</summary>
    private const string Row = "22003", Damage = "XX001";

    [Fact]
    public async Task What_was_applied_is_announced_and_a_conflict_is_explained()
    {
        Assert.Empty(await Kit.CommitAsync());
        // Nobody else announces it.
        Executor.Before = (_, batch) => batch.IsNoticeDeferred ? new InvalidOperationException("deferred") : null;
        var outcomes = await Kit.CommitAsync(Save("1"), Save("2", expected: 5), Save("3"));

        Assert.Equal([WriteStatus.Applied, WriteStatus.Conflict, WriteStatus.Applied], outcomes.Select(outcome => outcome.Status));
        Assert.Equal([$"3 {Whole}"], Executor.Sent);
        Assert.Equal(["1", "3"], Kit.Announced);
        Assert.Equal(1, Kit.Committer.Commits);
        Assert.Equal(WriteOutcome.Conflict(1), Assert.Single(await Kit.CommitAsync(Save("1", expected: 7))));
        Assert.Equal(2, Executor.Sent.Count);
    }

    [Fact]
    public async Task A_batch_that_was_rolled_back_is_not_announced()
    {
        var outcomes = await Kit.CommitAtomicAsync(Save("1"), Save("2", expected: 5));

        Assert.Equal([WriteStatus.RolledBack, WriteStatus.Conflict], outcomes.Select(outcome => outcome.Status));
        Assert.Equal([$"2 {Atomic}"], Executor.Sent);
        Assert.Empty(Kit.Announced);
        Assert.Equal(0, Kit.Committer.Commits);
        Assert.Equal("0 0", await Kit.VersionsAsync("1", "2"));
        await Kit.CommitAtomicAsync(Save("1"), Save("2"));
        Assert.Equal(["1", "2"], Kit.Announced);
        Assert.Equal(1, Kit.Committer.Commits);
    }

    [Fact]
    public async Task A_row_that_is_refused_alone_fails_at_once()
    {
        Executor.Refuses = _ => Error(Row);

        var outcome = Assert.Single(await Kit.CommitAsync(Save("1")));

        Assert.Equal("explained for 1", Assert.IsType<StoreRejectedException>(outcome.Error).Message);
        Assert.Equal([$"1 {Whole}"], Executor.Sent);
        Assert.Empty(Kit.Announced);
    }

    [Fact]
    public async Task A_row_among_many_fails_alone_under_savepoints()
    {
        Executor.Refuses = Refusing(Row, "2");

        var outcomes = await Kit.CommitAsync(Save("1"), Save("2"), Save("3"));

        AssertRefused(outcomes, Row, 1);
        Assert.Equal([$"3 {Whole}", $"3 {Parts}"], Executor.Sent);
        Assert.Equal(["1", "3"], Kit.Announced);
        Assert.Equal("1 0 1", await Kit.VersionsAsync("1", "2", "3"));
    }

    [Fact]
    public async Task A_row_that_ends_the_connection_is_looked_for_in_halves()
    {
        Executor.Refuses = Refusing(Damage, "3");

        var outcomes = await Kit.CommitAsync(Save("1"), Save("2"), Save("3"), Save("4"), Save("5"));

        Assert.All(outcomes.Where((_, n) => n != 2), outcome => Assert.True(outcome.IsApplied));
        Assert.Equal("explained for 3", outcomes[2].Error!.Message);
        Assert.Equal([$"5 {Whole}", $"2 {Whole}", $"3 {Whole}", $"1 {Whole}", $"2 {Whole}"], Executor.Sent);
        Assert.Equal("1 1 0 1 1", await Kit.VersionsAsync("1", "2", "3", "4", "5"));
    }

    [Fact]
    public async Task A_half_that_cannot_be_written_at_all_leaves_the_other()
    {
        Executor.Refuses = Refusing(Damage, "1");
        Executor.Before = (_, batch) => batch.Count == 2 && batch[0].Key.Id == "3" ? ModelErrors.Refused() : null;

        var outcomes = await Kit.CommitAsync(Save("1"), Save("2"), Save("3"), Save("4"));

        Assert.Equal("explained for 1", outcomes[0].Error!.Message);
        Assert.True(outcomes[1].IsApplied);
        Assert.All(outcomes[2..], outcome => Assert.IsType<StoreUnavailableException>(outcome.Error));
    }

    [Fact]
    public async Task An_atomic_batch_is_rolled_back_and_says_which_row_was_refused()
    {
        Executor.Refuses = Refusing(Row, "2");

        var outcomes = await Kit.CommitAtomicAsync(Save("1"), Save("2"), Save("3", expected: 8));

        Assert.Equal([WriteStatus.RolledBack, WriteStatus.Failed, WriteStatus.Conflict], outcomes.Select(outcome => outcome.Status));
        Assert.Equal([$"3 {Atomic}", $"3 {Trial}"], Executor.Sent);
        Assert.Empty(Kit.Announced);
        Assert.Equal("0 0 0", await Kit.VersionsAsync("1", "2", "3"));
    }

    [Fact]
    public async Task An_atomic_batch_that_is_refused_together_and_in_no_row_alone_is_refused()
    {
        Executor.Before = (attempt, _) => attempt == 1 ? Error("23505") : null;

        var refused = await Assert.ThrowsAsync<StoreRejectedException>(() => Kit.CommitAtomicAsync(Save("1"), Save("2")));

        Assert.Equal("23505", refused.StoreCode);
        Assert.Equal([$"2 {Atomic}", $"2 {Trial}"], Executor.Sent);
        Assert.Equal("0 0", await Kit.VersionsAsync("1", "2"));
    }

    [Fact]
    public async Task An_atomic_batch_with_a_row_that_ends_the_connection_is_looked_through_in_halves_and_commits_nothing()
    {
        Executor.Refuses = Refusing(Damage, "3");

        var outcomes = await Kit.CommitAtomicAsync(Save("1"), Save("2"), Save("3"));

        Assert.Equal([WriteStatus.RolledBack, WriteStatus.RolledBack, WriteStatus.Failed], outcomes.Select(outcome => outcome.Status));
        Assert.Equal([$"3 {Atomic}", $"3 {Trial}", $"1 {Trial}", $"2 {Trial}", $"1 {Trial}", $"1 {Trial}"], Executor.Sent);
        Assert.Equal("0 0 0", await Kit.VersionsAsync("1", "2", "3"));
    }

    [Fact]
    public async Task An_atomic_batch_whose_halves_cannot_be_tried_is_an_error_as_a_whole()
    {
        Executor.Refuses = Refusing(Damage, "1");
        Executor.Before = (_, batch) => batch.Count == 1 && batch[0].Key.Id == "2" ? ModelErrors.Refused() : null;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.CommitAtomicAsync(Save("1"), Save("2")));

        Assert.Equal("0 0", await Kit.VersionsAsync("1", "2"));
    }

    [Fact]
    public async Task A_lock_that_many_wait_for_is_looked_for_under_savepoints_and_one_that_one_waits_for_is_tried_again()
    {
        Executor.Before = (attempt, _) => attempt is 1 or 3 ? Error(PostgresErrorCodes.LockNotAvailable) : null;

        Assert.All(await Kit.CommitAsync(Save("1"), Save("2")), outcome => Assert.True(outcome.IsApplied));
        Assert.Equal([$"2 {Whole}", $"2 {Parts}"], Executor.Sent);
        Assert.True(Assert.Single(await Kit.CommitAsync(Save("3"))).IsApplied);
        Assert.Equal([$"1 {Whole}", $"1 {Whole}"], Executor.Sent[2..]);
    }

    [Fact]
    public async Task A_lock_that_an_atomic_batch_waits_for_is_tried_again_as_it_is()
    {
        Executor.Before = (attempt, _) => attempt == 1 ? Error(PostgresErrorCodes.LockNotAvailable) : null;

        Assert.All(await Kit.CommitAtomicAsync(Save("1"), Save("2")), outcome => Assert.True(outcome.IsApplied));
        Assert.Equal([$"2 {Atomic}", $"2 {Atomic}"], Executor.Sent);
    }

    [Fact]
    public async Task A_table_that_is_missing_is_tried_under_savepoints_once_and_fails_by_itself_when_alone()
    {
        Executor.Before = (_, _) => Error(PostgresErrorCodes.UndefinedTable);

        await Assert.ThrowsAsync<StoreIncompatibleException>(() => Kit.CommitAsync(Save("1"), Save("2")));
        Assert.Equal([$"2 {Whole}", $"2 {Parts}"], Executor.Sent);
        Executor.Sent.Clear();
        await Assert.ThrowsAsync<StoreIncompatibleException>(() => Kit.CommitAsync(Save("1")));
        await Assert.ThrowsAsync<StoreIncompatibleException>(() => Kit.CommitAtomicAsync(Save("1"), Save("2")));
        Assert.Equal([$"1 {Whole}", $"2 {Atomic}"], Executor.Sent);
    }

    [Fact]
    public async Task A_server_without_memory_for_a_single_write_is_unavailable()
    {
        Executor.Before = (_, _) => Error(PostgresErrorCodes.OutOfMemory);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Kit.CommitAsync(Save("1")));

        Assert.Single(Executor.Sent);
    }

    [Fact]
    public async Task A_batch_that_is_refused_as_a_whole_under_savepoints_too_is_refused()
    {
        Executor.Before = (_, _) => Error("23505");

        await Assert.ThrowsAsync<StoreRejectedException>(() => Kit.CommitAsync(Save("1"), Save("2")));

        Assert.Equal([$"2 {Whole}", $"2 {Parts}"], Executor.Sent);
    }

    [Fact]
    public async Task A_statement_that_a_migration_made_stale_is_sent_again()
    {
        Executor.Before = (attempt, _) => attempt == 1 ? Error(PostgresErrorCodes.FeatureNotSupported, routine: "RevalidateCachedQuery") : null;

        Assert.All(await Kit.CommitAsync(Save("1"), Save("2")), outcome => Assert.True(outcome.IsApplied));
        Assert.Equal([$"2 {Whole}", $"2 {Whole}"], Executor.Sent);
    }

    [Fact]
    public async Task What_a_row_does_not_support_fails_that_row()
    {
        Executor.Refuses = Refusing(PostgresErrorCodes.FeatureNotSupported, "2", routine: "ExecOther");

        AssertRefused(await Kit.CommitAsync(Save("1"), Save("2")), PostgresErrorCodes.FeatureNotSupported, 1);
        Assert.Equal([$"2 {Whole}", $"1 {Whole}", $"1 {Whole}"], Executor.Sent);
    }

    [Fact]
    public async Task What_a_trigger_says_in_the_words_of_a_server_without_room_is_not_waited_for()
    {
        Executor.Refuses = Refusing(PostgresErrorCodes.TooManyConnections, "2", routine: "exec_stmt_raise");

        AssertRefused(await Kit.CommitAsync(Save("1"), Save("2")), PostgresErrorCodes.TooManyConnections, 1);
        Assert.Equal([$"2 {Whole}", $"1 {Whole}", $"1 {Whole}"], Executor.Sent);
    }

    [Fact]
    public async Task A_month_that_is_missing_is_made_and_the_batch_sent_again()
    {
        Kit.Partitions.Forgotten = 1;
        Executor.Before = (attempt, _) => attempt == 1 ? Error(PostgresErrorCodes.CheckViolation) : null;

        Assert.True(Assert.Single(await Kit.CommitAsync(Save("1"))).IsApplied);
        Assert.Equal([$"1 {Whole}", $"1 {Whole}"], Executor.Sent);
        // One that cannot be made fails, as does a constraint of the table.
        Executor.Before = (_, _) => Error(PostgresErrorCodes.CheckViolation);
        Assert.Equal(WriteStatus.Failed, Assert.Single(await Kit.CommitAsync(Save("1"))).Status);
        Kit.Partitions.Forgotten = 1;
        Executor.Before = (_, _) => Error(PostgresErrorCodes.CheckViolation, constraint: "c");
        Assert.Equal(WriteStatus.Failed, Assert.Single(await Kit.CommitAsync(Save("1"))).Status);
        Assert.Equal(4, Executor.Sent.Count);
    }

    [Fact]
    public async Task A_month_that_cannot_be_made_now_lets_only_its_trades_fail()
    {
        Kit.Partitions.AreThere = false;

        await Kit.CommitAsync(Save("1"), Save("2"));
        await Kit.CommitAtomicAsync(Save("1"), Save("2"));

        Assert.Equal([$"2 {Parts}", $"2 {Atomic}"], Executor.Sent);
    }

    [Fact]
    public async Task A_batch_at_the_wrong_shard_is_no_refusal_of_its_rows()
    {
        Executor.Before = (_, _) => Error(StaleShardMapException.SqlState);

        await Assert.ThrowsAsync<StaleShardMapException>(() => Kit.CommitAsync(Save("1"), Save("2")));
        await Assert.ThrowsAsync<StaleShardMapException>(() => Kit.CommitAtomicAsync(Save("1"), Save("2")));
        await Assert.ThrowsAsync<StaleShardMapException>(() => Kit.CommitAsync(Save("1")));

        Assert.Equal(3, Executor.Sent.Count);
    }

    private static Func<Write, PostgresException?> Refusing(string state, string chat, string? routine = null) =>
        write => write.Key.Id == chat ? Error(state, routine) : null;

    private static void AssertRefused(WriteOutcome[] outcomes, string state, int refused)
    {
        Assert.All(outcomes.Where((_, n) => n != refused), outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
        Assert.Equal(state, Assert.IsType<StoreRejectedException>(outcomes[refused].Error).StoreCode);
    }
}
