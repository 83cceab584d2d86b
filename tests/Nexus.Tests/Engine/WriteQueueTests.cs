using System.Text;
using Nexus.BotState;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Sessions;

namespace Nexus.Tests.Engine;

public sealed class WriteQueueTests : QueueTest
{
    [Fact]
    public async Task A_lone_write_goes_at_once_and_alone()
    {
        var queue = Queue();
        Store.LetAllGo();

        var outcome = await queue.WriteAsync(Save("1"), CancellationToken.None);

        Assert.Equal(WriteStatus.Applied, outcome.Status);
        Assert.Equal(1, outcome.Version);
        Assert.Single(Assert.Single(Store.Batches));
    }

    [Fact]
    public async Task What_arrives_while_a_batch_is_in_flight_shares_the_next_commit()
    {
        var queue = Queue();
        var first = queue.WriteAsync(Save("0"), CancellationToken.None).AsTask();
        await Store.ArrivedAsync();
        var others = Enumerable.Range(1, 50).Select(i => queue.WriteAsync(Save($"{i}"), CancellationToken.None).AsTask()).ToArray();
        Store.LetAllGo();

        await Task.WhenAll([first, .. others]);

        Assert.Equal([1, 50], Store.Batches.Select(batch => batch.Count));
    }

    [Fact]
    public async Task A_batch_is_never_larger_than_its_limit()
    {
        var queue = Queue(maxBatch: 10);
        var first = queue.WriteAsync(Save("0"), CancellationToken.None).AsTask();
        await Store.ArrivedAsync();
        var others = Enumerable.Range(1, 25).Select(i => queue.WriteAsync(Save($"{i}"), CancellationToken.None).AsTask()).ToArray();
        Store.LetAllGo();

        await Task.WhenAll([first, .. others]);

        Assert.Equal([1, 10, 10, 5], Store.Batches.Select(batch => batch.Count));
    }

    [Fact]
    public async Task Saves_that_wait_for_the_same_record_become_the_last_of_them()
    {
        var queue = Queue();
        var first = queue.WriteAsync(Save("1", """{"n":0}"""), CancellationToken.None).AsTask();
        await Store.ArrivedAsync();
        var others = Enumerable.Range(1, 20).Select(i => queue.WriteAsync(Save("1", $$"""{"n":{{i}}}"""), CancellationToken.None).AsTask()).ToArray();
        Store.LetAllGo();

        var outcomes = await Task.WhenAll(others);

        Assert.Equal(1, (await first).Version);
        Assert.All(outcomes, outcome => Assert.Equal(2, outcome.Version));
        Assert.Equal("""{"n":20}""", await ConfigAsync("1"));
    }

    [Fact]
    public async Task A_save_that_is_a_version_of_its_own_replaces_those_before_it_and_is_stored_before_those_after_it()
    {
        var queue = Queue();
        var first = queue.WriteAsync(Save("1", """{"n":0}"""), CancellationToken.None).AsTask();
        await Store.ArrivedAsync();
        var before = queue.WriteAsync(Save("1", """{"n":1}"""), CancellationToken.None).AsTask();
        var own = queue.WriteAsync(Save("1", """{"n":2}""") with { IsVersionOfItsOwn = true }, CancellationToken.None).AsTask();
        var after = queue.WriteAsync(Save("1", """{"n":3}"""), CancellationToken.None).AsTask();
        Store.LetAllGo();
        await first;

        Assert.Equal([2, 2, 3], (await Task.WhenAll(before, own, after)).Select(outcome => outcome.Version));
        Assert.Equal(["""{"n":0}""", """{"n":2}""", """{"n":3}"""],
            Store.Batches.Select(batch => Encoding.UTF8.GetString(Assert.IsType<SaveSession>(Assert.Single(batch)).Config.Span)));
    }

    [Fact]
    public async Task Writes_that_cannot_be_composed_keep_their_order()
    {
        var queue = Queue();
        var first = queue.WriteAsync(Save("1", """{"n":0}"""), CancellationToken.None).AsTask();
        await Store.ArrivedAsync();
        var patch = queue.WriteAsync(new PatchSessionConfig("1", Utf8("""{"a":1}"""), null), CancellationToken.None).AsTask();
        var old = queue.WriteAsync(Save("1", """{"n":9}""", expected: 1), CancellationToken.None).AsTask();
        var delete = queue.WriteAsync(new DeleteSession("1", null), CancellationToken.None).AsTask();
        var again = queue.WriteAsync(Save("1", """{"n":3}"""), CancellationToken.None).AsTask();
        Store.LetAllGo();
        await first;

        Assert.Equal(2, (await patch).Version);
        Assert.Equal(WriteOutcome.Conflict(2), await old);
        Assert.True((await delete).IsApplied);
        Assert.Equal(1, (await again).Version);
        Assert.Equal("""{"n":3}""", await ConfigAsync("1"));
    }

    [Fact]
    public async Task Toggles_of_a_thousand_users_become_few_commits_and_all_count()
    {
        var queue = Queue();
        var first = queue.WriteAsync(new ChangeBotState(AiFilter: false), CancellationToken.None).AsTask();
        await Store.ArrivedAsync();
        var toggles = Enumerable.Range(0, 1000)
            .Select(i => queue.WriteAsync(new ChangeBotState(Strategies: Utf8($$"""{"S{{i % 50}}":{{(i / 50 % 2 == 0 ? "false" : "true")}}}"""),
                Assets: AssetChange.Disable($"A{i}")), CancellationToken.None).AsTask())
            .ToArray();
        Store.LetAllGo();
        await Task.WhenAll([first, .. toggles]);

        var state = await Store.GetBotStateAsync(CancellationToken.None);

        Assert.Equal(2, Store.Batches.Count);
        Assert.Equal(1000, state.DisabledAssets.Count);
        Assert.False(state.AiFilter);
        Assert.All(StateJson.Parse(state.Strategies).Root.EnumerateObject(), strategy => Assert.True(strategy.Value.GetBoolean()));
    }

    [Fact]
    public async Task A_write_cancelled_before_it_was_taken_is_not_written_and_its_neighbours_are()
    {
        var queue = Queue();
        using var cancellation = new CancellationTokenSource();
        var first = queue.WriteAsync(Save("0"), CancellationToken.None).AsTask();
        await Store.ArrivedAsync();
        var before = queue.WriteAsync(Save("1", """{"by":"before"}"""), CancellationToken.None).AsTask();
        var cancelled = queue.WriteAsync(Save("1", """{"by":"cancelled"}"""), cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Store.LetAllGo();
        await Task.WhenAll(first, before);

        Assert.Equal("""{"by":"before"}""", await ConfigAsync("1"));
        Assert.Equal(0, queue.Pending);
    }

    [Fact]
    public async Task A_write_cancelled_after_it_was_taken_tells_its_outcome()
    {
        var queue = Queue();
        using var cancellation = new CancellationTokenSource();
        var write = queue.WriteAsync(Save("1"), cancellation.Token).AsTask();
        await Store.ArrivedAsync();
        await cancellation.CancelAsync();
        Store.LetAllGo();

        Assert.True((await write).IsApplied);
    }

    [Fact]
    public async Task Callers_wait_for_room_and_a_cancelled_one_leaves()
    {
        var queue = Queue(capacity: 2);
        using var cancellation = new CancellationTokenSource();
        var first = queue.WriteAsync(Save("1"), CancellationToken.None).AsTask();
        await Store.ArrivedAsync();
        var second = queue.WriteAsync(Save("2"), CancellationToken.None).AsTask();
        var third = queue.WriteAsync(Save("3"), CancellationToken.None).AsTask();
        var impatient = queue.WriteAsync(Save("4"), cancellation.Token).AsTask();

        Assert.Equal(2, queue.Pending);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Store.LetAllGo();
        await Task.WhenAll(first, second, third);

        Assert.Equal(3, (await Store.GetSessionsAsync(["1", "2", "3", "4"], CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_batch_that_the_store_cannot_take_fails_for_its_callers_and_the_next_one_goes_on()
    {
        var queue = Queue();
        Store.FailNext = new StoreUnavailableException(StoreUnavailableReason.Unreachable, "away");
        var failing = queue.WriteAsync(Save("1"), CancellationToken.None).AsTask();
        await Store.ArrivedAsync();
        var next = queue.WriteAsync(Save("2"), CancellationToken.None).AsTask();
        Store.LetAllGo();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => failing);
        Assert.True((await next).IsApplied);
    }

    [Fact]
    public async Task Stopping_waits_for_what_was_taken_and_refuses_what_comes_later()
    {
        var queue = Queue();
        var taken = queue.WriteAsync(Save("1"), CancellationToken.None).AsTask();
        await Store.ArrivedAsync();
        var waiting = queue.WriteAsync(Save("2"), CancellationToken.None).AsTask();
        var stop = queue.StopAsync(CancellationToken.None);

        Assert.False(stop.IsCompleted);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.WriteAsync(Save("3"), CancellationToken.None).AsTask());
        Assert.Equal(StoreUnavailableReason.Stopped, refused.Reason);
        Store.LetAllGo();
        await stop;
        Assert.True((await taken).IsApplied);
        Assert.True((await waiting).IsApplied);
    }

    [Fact]
    public async Task Two_writers_never_have_the_same_record_in_flight()
    {
        var queue = Queue(writers: 4);
        Store.LetAllGo();
        var random = new Random(7);
        var writes = Enumerable.Range(0, 2000).Select(i => queue.WriteAsync(Save($"{random.Next(20)}", $$"""{"n":{{i}}}"""), CancellationToken.None)
            .AsTask()).ToArray();

        var outcomes = await Task.WhenAll(writes);

        Assert.All(outcomes, outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
        Assert.All(Store.Batches, batch => Assert.Equal(batch.Count, batch.Select(write => write.Key).Distinct().Count()));
    }

    private async Task<string> ConfigAsync(string chatId) =>
        Encoding.UTF8.GetString((await Store.GetSessionsAsync([chatId], CancellationToken.None)).Single().Config.Span);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
