using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sqlite;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Tests.Sqlite;

public sealed class WriterTests
{
    [Fact]
    public async Task Callers_that_wait_share_one_transaction()
    {
        await using var test = await TestStore.OpenAsync();
        // Every look at the clock moves it, so equal times mean one transaction.
        test.Clock.AutoAdvanceAmount = TimeSpan.FromSeconds(1);
        var gate = new Gate(test.Store);
        await gate.Closed;
        var waiting = Enumerable.Range(1, 200).Select(i => test.ApplyAsync(TestStore.Session($"{i}"))).ToArray();

        gate.Open();

        Assert.Single((await Task.WhenAll(waiting)).Select(outcome => outcome.At).Distinct());
    }

    [Fact]
    public async Task A_write_that_was_cancelled_while_it_waited_is_not_written()
    {
        await using var test = await TestStore.OpenAsync();
        var gate = new Gate(test.Store);
        await gate.Closed;
        using var cancellation = new CancellationTokenSource();
        var cancelled = test.Store.ApplyAsync([TestStore.Session("1")], atomic: false, cancellation.Token);
        var kept = test.ApplyAsync(TestStore.Session("2"));

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        gate.Open();
        await kept;
        Assert.Null(await test.SessionAsync("1"));
        Assert.NotNull(await test.SessionAsync("2"));
    }

    [Fact]
    public async Task A_write_that_was_taken_reports_its_outcome_whatever_the_caller_cancels()
    {
        await using var test = await TestStore.OpenAsync();
        using var cancellation = new CancellationTokenSource();
        var gate = new Gate(test.Store, cancellation.Token);
        await gate.Closed;

        await cancellation.CancelAsync();
        gate.Open();

        Assert.True(await gate.Result);
    }

    [Fact]
    public async Task A_write_is_committed_then_announced_and_then_acknowledged()
    {
        await using var test = await TestStore.OpenAsync();
        var gate = new Gate(test.Store);
        await gate.Closed;
        var write = test.ApplyAsync(atomic: false, TestStore.Session("1"), new RemoveUser("2", null));
        (IReadOnlyList<StateChange> Changes, int Committed, bool Acknowledged)? seen = null;
        test.Store.Changes.Published += changes =>
            seen = (changes, test.Query("SELECT 1 FROM sessions WHERE chat_id = '1'").Count, write.IsCompleted);

        gate.Open();
        await write;

        Assert.Equal([new StateChange("sessions", "1")], seen?.Changes);
        Assert.Equal((1, false), (seen?.Committed, seen?.Acknowledged));
    }

    [Fact]
    public async Task A_write_that_the_database_refuses_fails_alone()
    {
        await using var test = await TestStore.OpenAsync();
        test.Query("CREATE TRIGGER refuse_13 BEFORE INSERT ON users WHEN NEW.chat_id = '13' BEGIN SELECT RAISE(ABORT, 'not this one'); END");
        var gate = new Gate(test.Store);
        await gate.Closed;
        var neighbour = test.ApplyAsync(TestStore.Session("1"));
        var batch = test.ApplyAsync(atomic: false, User("12"), User("13"), User("14"));
        gate.Open();

        var outcomes = await batch;

        Assert.Equal([WriteStatus.Applied, WriteStatus.Failed, WriteStatus.Applied], outcomes.Select(outcome => outcome.Status));
        Assert.IsType<StoreRejectedException>(outcomes[1].Error);
        Assert.True((await neighbour).IsApplied);
        Assert.Equal(["12", "14"], (await test.Store.GetUsersAsync(["12", "13", "14"], TestStore.Token)).Select(user => user.ChatId));
    }

    [Fact]
    public async Task A_write_that_the_database_refuses_takes_its_atomic_batch_with_it()
    {
        await using var test = await TestStore.OpenAsync();
        test.Query("CREATE TRIGGER refuse_13 BEFORE INSERT ON users WHEN NEW.chat_id = '13' BEGIN SELECT RAISE(ABORT, 'not this one'); END");
        var announced = 0;
        test.Store.Changes.Published += changes => announced += changes.Count;

        var outcomes = await test.ApplyAsync(atomic: true, User("12"), User("13"), User("14"));

        Assert.Equal([WriteStatus.RolledBack, WriteStatus.Failed, WriteStatus.RolledBack], outcomes.Select(outcome => outcome.Status));
        Assert.Empty(await test.Store.GetUsersAsync(["12", "13", "14"], TestStore.Token));
        Assert.Equal(0, announced);
    }

    [Fact]
    public async Task When_the_database_rolls_everything_back_nobody_is_told_that_a_write_was_applied()
    {
        await using var test = await TestStore.OpenAsync();
        test.Query("CREATE TRIGGER undo_13 BEFORE INSERT ON users WHEN NEW.chat_id = '13' BEGIN SELECT RAISE(ROLLBACK, 'not this one'); END");
        await Assert.ThrowsAsync<StoreRejectedException>(() => test.ApplyAsync(atomic: false, User("12"), User("13"), User("14")));
        Assert.Empty(await test.Store.GetUsersAsync(["12", "13", "14"], TestStore.Token));
        Assert.True((await test.ApplyAsync(User("12"))).IsApplied);
    }

    [Fact]
    public async Task A_stored_document_that_is_broken_fails_its_own_write_only()
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(atomic: false, User("1"), User("2"));
        test.Query("UPDATE users SET doc = '[]' WHERE chat_id = '1'");

        var outcomes = await test.ApplyAsync(atomic: false, new ExtendUser("1", 1), new ExtendUser("2", 1));

        Assert.Equal([WriteStatus.Failed, WriteStatus.Applied], outcomes.Select(outcome => outcome.Status));
        await Assert.ThrowsAsync<StoreRejectedException>(() => test.Store.GetUsersAsync(["1"], TestStore.Token));
    }

    [Fact]
    public async Task Closing_finishes_what_waits_and_takes_nothing_more()
    {
        await using var test = await TestStore.OpenAsync();
        var gate = new Gate(test.Store);
        await gate.Closed;
        var waiting = test.ApplyAsync(TestStore.Session("1"));

        var closing = test.Store.DisposeAsync();
        var late = await Assert.ThrowsAsync<StoreUnavailableException>(() => test.ApplyAsync(TestStore.Session("2")));
        gate.Open();
        await closing;

        Assert.Equal(StoreUnavailableReason.Stopped, late.Reason);
        Assert.True((await waiting).IsApplied);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => test.SessionAsync("1"));
        await test.ReopenAsync();
        Assert.NotNull(await test.SessionAsync("1"));
    }

    [Fact]
    public async Task A_subscription_cannot_be_moved_beyond_the_calendar()
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(User("1") with { Expiry = new Expiry(ExpiryKind.DaysFromNow, Days: 36_500 * 79) });

        var outcome = await test.ApplyAsync(new ExtendUser("1", 36_500));

        Assert.Equal("days", Assert.IsType<NexusValidationException>(outcome.Error).Field);
        Assert.Equal(1, (await test.Store.GetUsersAsync(["1"], TestStore.Token)).Single().Version);
    }

    private static SaveUser User(string chatId) => new(chatId, "name", null, new Expiry(ExpiryKind.Never), null, null, null, null);

    /// <summary>Keeps the writer busy inside a transaction until it is told to go on.</summary>
    private sealed class Gate
    {
        private readonly ManualResetEventSlim _open = new();
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Gate(SqliteStore store, CancellationToken cancellationToken = default) => Result = store.TransactAsync(
            _ =>
            {
                _closed.TrySetResult();
                return _open.Wait(TimeSpan.FromMinutes(1), CancellationToken.None);
            },
            1,
            cancellationToken);

        /// <summary>Complete once the writer is inside.</summary>
        public Task Closed => _closed.Task;

        public Task<bool> Result { get; }

        public void Open() => _open.Set();
    }

    [Fact]
    public async Task A_trade_is_disowned_also_where_the_result_was_copied_before()
    {
        await using var test = await TestStore.OpenAsync();
        var trade = TestStore.Trade("1", test.Clock.GetUtcNow());
        await test.ApplyAsync(new OpenTrade(trade));
        await test.ApplyAsync(new OpenTrade(trade with { ChatId = "erased" }));

        Assert.True((await test.ApplyAsync(new DisownTrade(trade.Id, "1", trade.EntryTimestamp, "erased"))).IsApplied);

        Assert.Equal("erased", Assert.Single(test.Query("SELECT chat_id FROM trades"))[0]);
        Assert.Equal(WriteStatus.NotFound, (await test.ApplyAsync(new DisownTrade(trade.Id, "1", trade.EntryTimestamp, "erased"))).Status);
    }
}
