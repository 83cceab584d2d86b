using System.Text;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sessions;

namespace Nexus.Tests.Engine;

/// <summary>Batches that callers bring: counted, bounded, drained, and in order with single writes to the same records.</summary>
public sealed class BulkLaneTests : QueueTest
{
    [Fact]
    public async Task A_batch_waits_for_the_single_write_before_it_and_the_one_after_it_waits_for_the_batch()
    {
        var queue = Queue();
        var before = queue.WriteAsync(Save("1", 1), Token).AsTask();
        await Store.ArrivedAsync();
        var bulk = queue.WriteBatchAsync([Save("1", 2), Save("2", 2)], atomic: true, Token);
        var after = queue.WriteAsync(Save("1", 3), Token).AsTask();
        var aside = queue.WriteAsync(Save("3", 3), Token).AsTask();

        Assert.Equal(5, queue.Pending);
        Store.LetOneGo();
        await before;
        await Store.ArrivedAsync();
        await Store.ArrivedAsync();
        Assert.Equal(["1:1", "1:2 2:2", "3:3"], Store.Batches.Select(Describe).Order(StringComparer.Ordinal));
        Store.LetAllGo();

        Assert.Equal([2L, 1L], (await bulk).Select(outcome => outcome.Version));
        Assert.Equal(3, (await after).Version);
        Assert.True((await aside).IsApplied);
        Assert.Equal("1:3", Describe(Store.Batches[^1]));
        Assert.Equal(0, queue.Pending);
    }

    [Fact]
    public async Task Batches_that_share_records_in_opposite_order_do_not_wait_for_each_other()
    {
        var queue = Queue(writers: 4);
        Store.LetAllGo();

        var runs = Enumerable.Range(0, 100).Select(n => queue.WriteBatchAsync(n % 2 == 0 ? [Save("1", n), Save("2", n), Save("3", n)]
            : [Save("3", n), Save("2", n), Save("1", n)], atomic: true, Token));
        var outcomes = await Task.WhenAll(runs);

        Assert.All(outcomes, batch => Assert.All(batch, outcome => Assert.True(outcome.IsApplied)));
        Assert.Equal(Enumerable.Range(1, 100).Select(n => (long)n), outcomes.Select(batch => batch[0].Version));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_is_mixed_each_record_sees_its_writes_in_the_order_of_the_calls(int seed)
    {
        var random = new Random(seed);
        var queue = Queue(writers: 3, maxBatch: 7, capacity: 40);
        Store.LetAllGo();
        Dictionary<string, List<int>> called = [];
        List<Task> calls = [];
        for (var n = 0; n < 600; n++)
        {
            string[] chats = [.. Enumerable.Range(0, random.Next(5) == 0 ? random.Next(1, 12) : 1).Select(_ => $"{random.Next(15)}")
                .Distinct(StringComparer.Ordinal)];
            foreach (var chat in chats)
            {
                if (!called.TryGetValue(chat, out var list)) called[chat] = list = [];
                list.Add(n);
            }
            // A write with its own version is never composed, so that every write is visible.
            if (chats is [var only] && random.Next(2) == 0)
                calls.Add(queue.WriteAsync(Save(only, n) with { IsVersionOfItsOwn = true }, Token).AsTask());
            else calls.Add(queue.WriteBatchAsync([.. chats.Select(chat => Save(chat, n))], atomic: random.Next(2) == 0, Token));
        }
        await Task.WhenAll(calls);

        Dictionary<string, List<int>> stored = [];
        foreach (var write in Store.Batches.SelectMany(batch => batch).Cast<SaveSession>())
        {
            if (!stored.TryGetValue(write.ChatId, out var list)) stored[write.ChatId] = list = [];
            list.Add(NumberOf(write));
        }
        foreach (var (chat, numbers) in called)
        {
            var last = (await Store.GetSessionsAsync([chat], Token)).Single();
            Assert.Equal($$"""{"n":{{numbers[^1]}}}""", Encoding.UTF8.GetString(last.Config.Span));
            Assert.Equal(stored[chat].Order(), stored[chat]);
        }
        Assert.Equal(0, queue.Pending);
    }

    [Fact]
    public async Task No_two_batches_in_flight_hold_the_same_record()
    {
        var queue = Queue(writers: 4);
        var calls = new List<Task>();
        for (var n = 0; n < 40; n++)
        {
            calls.Add(queue.WriteBatchAsync([Save($"{n % 3}", n), Save($"b{n % 5}", n)], atomic: false, Token));
            calls.Add(queue.WriteAsync(Save($"{n % 4}", n), Token).AsTask());
        }
        // Each at the gate while others could come.
        await Store.ArrivedAsync();
        await Store.ArrivesAsync();
        for (var n = 0; n < 10; n++)
        {
            Store.LetOneGo();
            await Store.ArrivesAsync();
        }
        Store.LetAllGo();
        await Task.WhenAll(calls);

        Assert.False(Store.HasOverlapped);
    }

    [Fact]
    public async Task A_batch_that_is_cancelled_while_it_waits_is_not_written_and_holds_nobody_up()
    {
        var queue = Queue();
        using var cancellation = new CancellationTokenSource();
        var before = queue.WriteAsync(Save("1", 1), Token).AsTask();
        await Store.ArrivedAsync();
        var bulk = queue.WriteBatchAsync([Save("1", 2), Save("2", 2)], atomic: true, cancellation.Token);
        var after = queue.WriteAsync(Save("1", 3), Token).AsTask();
        var other = queue.WriteAsync(Save("2", 3), Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bulk);
        Store.LetAllGo();
        await Task.WhenAll(before, after, other);

        Assert.DoesNotContain(Store.Batches.SelectMany(batch => batch).Cast<SaveSession>(), write => NumberOf(write) == 2);
        Assert.Equal(0, queue.Pending);
    }

    [Fact]
    public async Task A_batch_that_is_cancelled_after_it_was_handed_over_tells_its_outcomes()
    {
        var queue = Queue();
        using var cancellation = new CancellationTokenSource();
        var bulk = queue.WriteBatchAsync([Save("1", 1), Save("2", 1)], atomic: true, cancellation.Token);
        await Store.ArrivedAsync();
        await cancellation.CancelAsync();
        Store.LetAllGo();

        Assert.All(await bulk, outcome => Assert.True(outcome.IsApplied));
    }

    [Fact]
    public async Task Stopping_waits_for_batches_and_for_what_waits_behind_them_and_starts_nothing_later()
    {
        var queue = Queue();
        var bulk = queue.WriteBatchAsync([Save("1", 1), Save("2", 1)], atomic: true, Token);
        await Store.ArrivedAsync();
        var behind = queue.WriteBatchAsync([Save("2", 2), Save("3", 2)], atomic: true, Token);
        var single = queue.WriteAsync(Save("3", 3), Token).AsTask();
        var stop = queue.StopAsync(Token);

        Assert.False(stop.IsCompleted);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.WriteBatchAsync([Save("4", 4)], atomic: false, Token));
        Assert.Equal(StoreUnavailableReason.Stopped, refused.Reason);
        Assert.Contains("is stopping", refused.Message, StringComparison.Ordinal);
        Store.LetAllGo();
        await stop;

        Assert.True(bulk.IsCompletedSuccessfully || (await bulk).Length == 2);
        Assert.All(await behind, outcome => Assert.True(outcome.IsApplied));
        Assert.Equal(2, (await single).Version);
        Assert.DoesNotContain(Store.Batches.SelectMany(batch => batch), write => write.Key.Id == "4");
    }

    [Fact]
    public async Task Whoever_waits_for_room_when_the_queue_stops_is_refused()
    {
        var queue = Queue(capacity: 2);
        var first = queue.WriteBatchAsync([Save("1", 1), Save("2", 1)], atomic: true, Token);
        await Store.ArrivedAsync();
        var waiting = queue.WriteBatchAsync([Save("3", 1)], atomic: true, Token);
        var single = queue.WriteAsync(Save("4", 1), Token).AsTask();
        var stop = queue.StopAsync(Token);
        Store.LetAllGo();
        await stop;
        await first;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => single);
        Assert.Single(Store.Batches);
    }

    [Fact]
    public async Task Batches_share_the_room_of_the_queue_in_the_order_of_the_calls()
    {
        var queue = Queue(capacity: 4);
        var first = queue.WriteBatchAsync([Save("1", 1), Save("2", 1), Save("3", 1)], atomic: true, Token);
        await Store.ArrivedAsync();
        var large = queue.WriteBatchAsync([.. Enumerable.Range(10, 9).Select(n => Save($"{n}", 2))], atomic: true, Token);
        var small = queue.WriteAsync(Save("4", 3), Token).AsTask();

        Assert.Equal(3, queue.Pending);
        Assert.Single(Store.Batches);
        Store.LetOneGo();
        await first;
        await Store.ArrivedAsync();
        Assert.Equal(9, queue.Pending);
        Assert.Equal(9, Store.Batches[^1].Count);
        Store.LetAllGo();
        await Task.WhenAll(large, small);
        Assert.Equal(0, queue.Pending);
    }

    [Fact]
    public async Task A_batch_that_the_store_cannot_take_fails_alone()
    {
        var queue = Queue();
        Store.FailNext = new StoreUnavailableException(StoreUnavailableReason.Unreachable, "unavailable");
        var failing = queue.WriteBatchAsync([Save("1", 1), Save("2", 1)], atomic: true, Token);
        await Store.ArrivedAsync();
        var behind = queue.WriteAsync(Save("1", 2), Token).AsTask();
        Store.LetAllGo();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => failing);
        Assert.Equal(1, (await behind).Version);
    }

    [Fact]
    public async Task A_record_twice_in_a_batch_is_refused_and_nothing_is_held()
    {
        var queue = Queue(capacity: 5);
        Store.LetAllGo();

        for (var n = 0; n < 3; n++)
        {
            var refused = await Assert.ThrowsAsync<ArgumentException>(
                () => queue.WriteBatchAsync([Save("1", 1), Save("2", 1), Save("1", 2)], atomic: false, Token));
            Assert.Contains("each record only once", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, queue.Pending);
        Assert.True((await queue.WriteAsync(Save("1", 3), Token)).IsApplied);
        Assert.True((await queue.WriteAsync(Save("2", 3), Token)).IsApplied);
    }

    private static string Describe(IReadOnlyList<Write> batch) =>
        string.Join(' ', batch.Cast<SaveSession>().Select(write => $"{write.ChatId}:{NumberOf(write)}"));

    private static int NumberOf(SaveSession write) =>
        int.Parse(Encoding.UTF8.GetString(write.Config.Span)[5..^1], System.Globalization.CultureInfo.InvariantCulture);

    private static SaveSession Save(string chatId, int number) =>
        new(chatId, SealedField.Set(null), SealedField.Set(null), Encoding.UTF8.GetBytes($$"""{"n":{{number}}}"""), ExpectedVersion: null);
}
