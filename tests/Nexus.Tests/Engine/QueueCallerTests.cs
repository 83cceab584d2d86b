using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sessions;

namespace Nexus.Tests.Engine;

/// <summary>What the queue does for its callers besides the order of their writes.</summary>
public sealed class QueueCallerTests : QueueTest
{
    private static readonly AsyncLocal<string?> Local = new();

    [Fact]
    public async Task A_call_that_was_cancelled_before_it_began_hands_nothing_over()
    {
        var queue = Queue();
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.WriteAsync(Save("1"), cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.WriteBatchAsync([Save("1"), Save("2")], atomic: true, cancelled));

        Assert.Empty(Store.Batches);
        Assert.Equal(0, queue.Pending);
    }

    [Fact]
    public async Task An_empty_batch_has_no_outcomes_and_needs_no_store()
    {
        Assert.Empty(await Queue().WriteBatchAsync([], atomic: true, Token));
        Assert.Empty(Store.Batches);
    }

    [Fact]
    public async Task As_many_batches_of_callers_are_in_flight_as_there_are_writers()
    {
        var queue = Queue(writers: 2);
        var calls = new[] { "1", "2", "3" }.Select(chat => queue.WriteBatchAsync([Save(chat)], atomic: true, Token)).ToArray();
        await Store.ArrivedAsync();
        await Store.ArrivedAsync();
        Assert.False(await Store.ArrivesAsync());

        Store.LetOneGo();

        await Store.ArrivedAsync();
        Store.LetAllGo();
        await Task.WhenAll(calls);
        Assert.Equal(0, queue.Pending);
    }

    [Fact]
    public async Task A_batch_that_gives_up_while_others_are_in_flight_leaves_no_trace()
    {
        var queue = Queue(capacity: 4);
        using var cancellation = new CancellationTokenSource();
        var first = queue.WriteBatchAsync([Save("1")], atomic: true, Token);
        await Store.ArrivedAsync();
        var waiting = queue.WriteBatchAsync([Save("2"), Save("3")], atomic: true, cancellation.Token);
        Assert.Equal(3, queue.Pending);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, queue.Pending);
        // Its records and its room are free.
        var others = queue.WriteBatchAsync([Save("2"), Save("3"), Save("4")], atomic: true, Token);
        Store.LetAllGo();
        Assert.True((await first)[0].IsApplied);
        Assert.All(await others, outcome => Assert.Equal(1, outcome.Version));
        Assert.Equal(0, queue.Pending);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_record_that_a_write_has_shown_to_be_stale_is_dropped_from_memory(bool inBatch)
    {
        var queue = Queue();
        Store.LetAllGo();
        await queue.WriteAsync(Save("1"), Token);
        List<StateChange> heard = [];
        Store.Changes.Published += heard.AddRange;

        Write[] stale = [Save("1", expected: 7), new DeleteSession("2", null)];
        if (inBatch) await queue.WriteBatchAsync(stale, atomic: false, Token);
        else foreach (var write in stale) await queue.WriteAsync(write, Token);

        Assert.Equal([new StateChange("sessions", "1"), new StateChange("sessions", "2")], heard);
        // What was applied is announced by the store, once.
        await queue.WriteAsync(Save("1"), Token);
        Assert.Equal(3, heard.Count);
    }

    [Theory]
    [InlineData(HistoryMode.All, "Ada")]
    [InlineData(HistoryMode.Off, null)]
    public async Task A_change_is_the_author_s_for_whom_it_was_called(HistoryMode history, string? author)
    {
        var queue = Queue(history: history);
        var calls = new List<Task>();
        using (new ChangeAuthor("7", "Ada").Begin())
        {
            calls.Add(queue.WriteAsync(Save("1"), Token).AsTask());
            calls.Add(queue.WriteBatchAsync([Save("2"), Save("3")], atomic: true, Token));
        }
        await Store.ArrivedAsync();
        await Store.ArrivedAsync();

        Assert.Equal([author, author, author], Store.Batches.SelectMany(batch => batch).Select(write => write.Author?.Name));
        // Nobody's.
        var plain = queue.WriteBatchAsync([Save("4")], atomic: true, Token);
        Store.FailNext = new StoreUnavailableException(StoreUnavailableReason.Unreachable, "the history has no store here");
        Store.LetAllGo();
        await Task.WhenAny(Task.WhenAll(calls));
        await Task.WhenAny(plain);
        Assert.Null(Store.Batches[^1][0].Author);
    }

    [Fact]
    public async Task Writes_of_a_noted_flow_go_through_its_journal()
    {
        var queue = Queue();
        Store.LetAllGo();
        var journal = new Notes();
        using (journal.Begin())
        {
            Assert.True((await queue.WriteAsync(Save("1"), Token)).IsApplied);
            Assert.Equal(2, (await queue.WriteBatchAsync([Save("1"), Save("2")], atomic: true, Token)).Length);
            // Not all or none, so that it cannot be noted as one.
            await queue.WriteBatchAsync([Save("3")], atomic: false, Token);
        }
        await queue.WriteAsync(Save("4"), Token);

        Assert.Equal(["1", "1 2"], journal.Noted);
        Assert.Equal(["1", "1 2", "3", "4"], Store.Batches.Select(batch => string.Join(' ', batch.Select(write => write.Key.Id))));
    }

    [Fact]
    public async Task The_writer_keeps_nothing_of_the_caller_that_started_it()
    {
        var queue = Queue();
        List<string?> seen = [];
        Store.Arriving = () => seen.Add(Local.Value);
        Local.Value = "first";
        var first = queue.WriteAsync(Save("1"), Token).AsTask();
        await Store.ArrivedAsync();
        Local.Value = "second";
        var second = queue.WriteAsync(Save("2"), Token).AsTask();
        Store.LetAllGo();
        await Task.WhenAll(first, second);

        Assert.Equal(2, seen.Count);
        Assert.NotEqual("first", seen[1]);
        // A caller that lets nothing flow itself is served as well.
        ValueTask<WriteOutcome> third;
        using (ExecutionContext.SuppressFlow()) third = queue.WriteAsync(Save("3"), Token);
        Assert.True((await third).IsApplied);
    }

    [Fact]
    public async Task A_stop_may_be_waited_for_by_several_and_for_a_while_only()
    {
        var queue = Queue();
        await queue.StopAsync(Token);
        var busy = Queue();
        var single = busy.WriteAsync(Save("1"), Token).AsTask();
        var batch = busy.WriteBatchAsync([Save("2")], atomic: true, Token);
        await Store.ArrivedAsync();
        using var impatience = new CancellationTokenSource();
        var impatient = busy.StopAsync(impatience.Token);
        var others = new[] { busy.StopAsync(Token), busy.StopAsync(Token) };
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.All(others, other => Assert.False(other.IsCompleted));
        Store.LetAllGo();
        await Task.WhenAll(others);
        Assert.True(single.IsCompletedSuccessfully && batch.IsCompletedSuccessfully || (await single).IsApplied && (await batch)[0].IsApplied);
    }

    [Fact]
    public async Task Two_stops_wait_for_the_same_write()
    {
        var queue = Queue();
        var single = queue.WriteAsync(Save("1"), Token).AsTask();
        await Store.ArrivedAsync();
        var stops = new[] { queue.StopAsync(Token), queue.StopAsync(Token) };
        Store.LetAllGo();

        await Task.WhenAll(stops).WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.True((await single).IsApplied);
        Assert.False(queue.HasShards);
    }

    [Fact]
    public async Task A_single_write_in_flight_is_waited_for_with_a_limit_too()
    {
        var queue = Queue();
        var single = queue.WriteAsync(Save("1"), Token).AsTask();
        await Store.ArrivedAsync();
        using var impatience = new CancellationTokenSource();
        var stop = queue.StopAsync(impatience.Token);
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop);
        Store.LetAllGo();
        Assert.True((await single).IsApplied);
    }

    /// <summary>As a journal of the engine: passes the writes on as one batch.</summary>
    private sealed class Notes : WriteJournal
    {
        public List<string> Noted { get; } = [];

        public override async Task<WriteOutcome[]> WriteAsync(WriteQueue queue, IReadOnlyList<Write> writes, CancellationToken cancellationToken)
        {
            Suspend();
            Noted.Add(string.Join(' ', writes.Select(write => write.Key.Id)));
            return await queue.WriteBatchAsync(writes, atomic: true, cancellationToken);
        }
    }
}
