using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Tests.Engine;

/// <summary>A writer has one batch in flight, whoever starts it, and no caller holds up another.</summary>
public sealed class QueueWriterTests : QueueTest
{
    [Fact]
    public async Task Writes_that_waited_for_room_start_no_second_writer()
    {
        var queue = Queue(capacity: 2);
        var first = queue.WriteAsync(Save("1"), Token).AsTask();
        await Store.ArrivedAsync();
        var others = new[] { "2", "3" }.Select(chat => queue.WriteAsync(Save(chat), Token).AsTask()).ToArray();
        Store.LetOneGo();
        await first;
        await Store.ArrivedAsync();

        await AssertBusyAsync(queue, others);
    }

    [Fact]
    public async Task A_batch_that_ends_starts_no_second_writer()
    {
        var queue = Queue();
        var bulk = queue.WriteBatchAsync([Save("b")], atomic: true, Token);
        await Store.ArrivedAsync();
        var behind = queue.WriteAsync(Save("b"), Token).AsTask();
        var single = queue.WriteAsync(Save("a"), Token).AsTask();
        await Store.ArrivedAsync();
        // The batch came first.
        Store.LetOneGo();
        await bulk;

        await AssertBusyAsync(queue, [behind, single]);
        Assert.Equal(3, Store.Batches.Count);
    }

    [Fact]
    public async Task The_writer_that_the_end_of_a_batch_starts_is_the_only_one()
    {
        var queue = Queue();
        var bulk = queue.WriteBatchAsync([Save("b")], atomic: true, Token);
        await Store.ArrivedAsync();
        var behind = queue.WriteAsync(Save("b"), Token).AsTask();
        Store.LetOneGo();
        await bulk;
        await Store.ArrivedAsync();

        await AssertBusyAsync(queue, [behind, queue.WriteAsync(Save("c"), Token).AsTask()]);
    }

    [Fact]
    public async Task A_batch_that_ends_does_not_stop_the_writer()
    {
        var queue = Queue();
        var bulk = queue.WriteBatchAsync([Save("b")], atomic: true, Token);
        await Store.ArrivedAsync();
        var single = queue.WriteAsync(Save("a"), Token).AsTask();
        await Store.ArrivedAsync();
        Store.LetOneGo();
        await bulk;

        await AssertBusyAsync(queue, [single, queue.WriteAsync(Save("c"), Token).AsTask()]);
    }

    [Fact]
    public async Task A_caller_that_lets_nothing_flow_starts_one_writer()
    {
        var queue = Queue();
        Task<WriteOutcome> first;
        using (ExecutionContext.SuppressFlow()) first = queue.WriteAsync(Save("1"), Token).AsTask();
        await Store.ArrivedAsync();

        await AssertBusyAsync(queue, [first, queue.WriteAsync(Save("2"), Token).AsTask()]);
    }

    [Fact]
    public async Task A_record_whose_writes_were_all_cancelled_takes_writes_again()
    {
        var queue = Queue(capacity: 3);
        var first = queue.WriteAsync(Save("0"), Token).AsTask();
        await Store.ArrivedAsync();
        for (var n = 0; n < 5; n++)
        {
            using var cancellation = new CancellationTokenSource();
            var cancelled = queue.WriteAsync(Save("1"), cancellation.Token).AsTask();
            // Those that were cancelled have given their room back.
            Assert.Equal(2, queue.Pending);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        }
        Store.LetAllGo();
        await first;
        await queue.WriteAsync(Save("2"), Token);

        Assert.Equal(1, (await queue.WriteAsync(Save("1"), Token)).Version);
    }

    [Fact]
    public async Task All_who_wait_for_room_when_the_queue_stops_are_refused()
    {
        var queue = Queue(capacity: 1);
        var first = queue.WriteAsync(Save("1"), Token).AsTask();
        await Store.ArrivedAsync();
        var waiting = Enumerable.Range(2, 3).Select(n => queue.WriteAsync(Save($"{n}"), Token).AsTask()).ToArray();
        var stop = queue.StopAsync(Token);
        Store.LetAllGo();
        await stop;

        Assert.True((await first).IsApplied);
        foreach (var write in waiting) await Assert.ThrowsAsync<StoreUnavailableException>(() => write.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Theory]
    // In one write, in one batch, in the next batch.
    [InlineData("1", "1", 500)]
    [InlineData("1", "2", 500)]
    [InlineData("1", "2", 1)]
    public async Task A_caller_that_blocks_its_thread_holds_nobody_up(string one, string other, int maxBatch)
    {
        var queue = Queue(maxBatch: maxBatch);
        var first = queue.WriteAsync(Save("0"), Token).AsTask();
        await Store.ArrivedAsync();
        using var isSecondDone = new ManualResetEventSlim();
        var blocking = ThenAsync(queue.WriteAsync(Save(one), Token), () => isSecondDone.Wait(TimeSpan.FromSeconds(2)));
        var second = ThenAsync(queue.WriteAsync(Save(other), Token), () =>
        {
            isSecondDone.Set();
            return true;
        });
        Store.LetAllGo();

        Assert.True(await blocking);
        Assert.True(await second && (await first).IsApplied);
    }

    [Fact]
    public async Task Who_cancels_a_write_does_not_run_what_its_caller_does_then()
    {
        var queue = Queue();
        var first = queue.WriteAsync(Save("0"), Token).AsTask();
        await Store.ArrivedAsync();
        using var cancellation = new CancellationTokenSource();
        var thread = ThenAsync(queue.WriteAsync(Save("1"), cancellation.Token), () => Environment.CurrentManagedThreadId);
        var canceller = new Thread(cancellation.Cancel);
        canceller.Start();
        canceller.Join();

        Assert.NotEqual(canceller.ManagedThreadId, await thread);
        Store.LetAllGo();
        await first;
    }

    /// <summary>What a caller does after its write, on the thread on which it is told of the outcome.</summary>
    private static async Task<T> ThenAsync<T>(ValueTask<WriteOutcome> write, Func<T> then)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Cancelled before it was taken.
        }
        return then();
    }

    /// <summary>One batch is in flight, and the writes behind it and a stop wait for it.</summary>
    private async Task AssertBusyAsync(WriteQueue queue, Task<WriteOutcome>[] writes)
    {
        var stop = queue.StopAsync(Token);
        Assert.False(await Store.ArrivesAsync());
        Assert.False(stop.IsCompleted);
        Store.LetAllGo();
        await stop;
        foreach (var write in writes) Assert.True((await write).IsApplied);
    }
}
