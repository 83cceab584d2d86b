using Nexus.Engine;

namespace Nexus.Tests.Engine;

/// <summary>How committed changes reach the caches and the streams of one process.</summary>
public sealed class ChangeFeedTests
{
    private const int Buffered = 1024;

    private static readonly IReadOnlyList<StateChange> Everything = [new("sessions", StateChange.Everything)];

    private readonly ChangeFeed _feed = new(Everything);
    private readonly List<IReadOnlyList<StateChange>> _heard = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_stream_gets_every_change_after_its_start_in_order()
    {
        Publish(1);
        using var first = _feed.Subscribe();
        Publish(2);
        using var second = _feed.Subscribe();
        Publish(3);

        Assert.Equal(["2", "3"], await IdsAsync(first, 2));
        Assert.Equal(["3"], await IdsAsync(second, 1));
    }

    [Fact]
    public async Task A_stream_that_fell_behind_is_told_once_that_anything_may_have_changed()
    {
        using var stream = _feed.Subscribe();
        for (var n = 1; n <= Buffered + 2; n++) Publish(n);

        var ids = await IdsAsync(stream, Buffered + 1);
        Assert.Equal([StateChange.Everything, "3", "4"], ids.Take(3));
        Assert.Equal($"{Buffered + 2}", ids[^1]);

        Publish(9999);
        Assert.Equal(["9999"], await IdsAsync(stream, 1));
    }

    [Fact]
    public async Task A_stream_that_is_just_full_has_missed_nothing()
    {
        using var stream = _feed.Subscribe();
        for (var n = 1; n <= Buffered; n++) Publish(n);

        Assert.Equal(Enumerable.Range(1, Buffered).Select(n => $"{n}"), await IdsAsync(stream, Buffered));
    }

    [Fact]
    public async Task A_stream_that_was_disposed_gets_nothing_and_the_others_go_on()
    {
        var ended = _feed.Subscribe();
        using var stays = _feed.Subscribe();
        ended.Dispose();
        Publish(1);

        Assert.Equal(["1"], await IdsAsync(stays, 1));
        await NothingAsync(ended);
    }

    [Fact]
    public async Task Nothing_is_published_when_nothing_changed()
    {
        _feed.Published += _heard.Add;
        using var stream = _feed.Subscribe();
        _feed.Publish([]);

        Assert.Empty(_heard);
        await NothingAsync(stream);
    }

    [Fact]
    public async Task Caches_hear_of_a_change_before_any_stream()
    {
        using var stream = _feed.Subscribe();
        await using var next = stream.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        var first = next.MoveNextAsync().AsTask();
        var wasFirst = false;
        _feed.Published += _ => wasFirst = !first.IsCompleted;
        Publish(1);

        Assert.True(await first.WaitAsync(Token));
        Assert.True(wasFirst);
    }

    [Fact]
    public async Task What_is_suspected_to_be_stale_reaches_caches_only()
    {
        _feed.Suspect([new StateChange("users", "0")]);
        _feed.Published += _heard.Add;
        using var stream = _feed.Subscribe();
        _feed.Suspect([new StateChange("users", "1")]);

        Assert.Equal("1", Assert.Single(Assert.Single(_heard)).Id);
        await NothingAsync(stream);
    }

    [Fact]
    public void A_cache_that_left_hears_nothing()
    {
        _feed.Published += _heard.Add;
        _feed.Published -= _heard.Add;
        Publish(1);

        Assert.Empty(_heard);
    }

    private void Publish(int id) => _feed.Publish([new StateChange("users", $"{id}")]);

    private static async Task<List<string>> IdsAsync(ChangeFeed.Subscription stream, int count)
    {
        List<string> ids = [];
        await foreach (var changes in stream.ReadAllAsync(Token))
        {
            ids.AddRange(changes.Select(change => change.Id));
            if (ids.Count >= count) break;
        }
        return ids;
    }

    /// <summary>What was offered is buffered, and would be read at once.</summary>
    private static async Task NothingAsync(ChangeFeed.Subscription stream)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var changes = stream.ReadAllAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        var next = changes.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }
}
