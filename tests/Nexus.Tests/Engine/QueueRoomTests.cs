using Nexus.Engine;

namespace Nexus.Tests.Engine;

/// <summary>The room for writes in memory: who is admitted, in which order, and what is given back.</summary>
public sealed class QueueRoomTests
{
    private readonly QueueRoom _room = new(4);
    private readonly List<string> _admitted = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Room_is_taken_as_a_whole_or_not_at_all()
    {
        Assert.True(_room.TryEnter(3));
        Assert.False(_room.TryEnter(2));
        Assert.True(_room.TryEnter(1));
        Assert.False(_room.TryEnter(1));
        _room.Leave(4);
        Assert.True(_room.TryEnter(4));
    }

    [Fact]
    public async Task A_batch_larger_than_the_room_takes_all_of_it_and_gives_no_more_back()
    {
        Assert.True(_room.TryEnter(100));
        Assert.False(_room.TryEnter(1));
        var waiting = EnterAsync("large", 100);
        _room.Leave(100);
        await waiting;

        Assert.False(_room.TryEnter(1));
        _room.Leave(100);
        Assert.True(_room.TryEnter(4));
        Assert.False(_room.TryEnter(1));
    }

    [Fact]
    public async Task Nobody_passes_those_who_wait()
    {
        Assert.True(_room.TryEnter(3));
        var large = EnterAsync("large", 2);
        var small = EnterAsync("small", 1);

        // One would fit.
        Assert.False(_room.TryEnter(1));
        Assert.Empty(_admitted);
        _room.Leave(3);
        await Task.WhenAll(large, small);

        Assert.Equal(["large", "small", "small afterwards"], _admitted);
        Assert.True(_room.TryEnter(1));
        Assert.False(_room.TryEnter(1));
    }

    [Fact]
    public async Task Those_behind_one_that_gives_up_are_admitted_if_they_need_less()
    {
        using var cancellation = new CancellationTokenSource();
        Assert.True(_room.TryEnter(3));
        var large = EnterAsync("large", 2, cancellation.Token);
        var small = EnterAsync("small", 1);

        await cancellation.CancelAsync();
        await small;

        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large)).CancellationToken);
        Assert.Equal(["small", "small afterwards"], _admitted.Order(StringComparer.Ordinal));
        _room.Leave(4);
        Assert.True(_room.TryEnter(4));
    }

    [Fact]
    public async Task One_that_is_cancelled_after_it_was_admitted_keeps_its_room()
    {
        using var cancellation = new CancellationTokenSource();
        await EnterAsync("first", 3, cancellation.Token);

        await cancellation.CancelAsync();

        Assert.False(_room.TryEnter(2));
        Assert.True(_room.TryEnter(1));
    }

    [Fact]
    public async Task One_that_is_cancelled_before_it_comes_is_not_admitted()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EnterAsync("late", 1, new CancellationToken(canceled: true)));

        Assert.Empty(_admitted);
        Assert.True(_room.TryEnter(4));
    }

    [Fact]
    public async Task An_error_is_that_of_its_caller_and_gives_the_room_to_the_next()
    {
        Assert.True(_room.TryEnter(4));
        var failing = _room.EnterAsync(4, () => throw new InvalidOperationException("refused"), Token);
        var next = EnterAsync("next", 4);
        _room.Leave(4);

        Assert.Equal("refused", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        await next;
        Assert.Equal("next", _admitted[0]);
        Assert.False(_room.TryEnter(1));
    }

    [Fact]
    public async Task What_follows_an_admission_is_done_at_once_and_may_use_the_room()
    {
        Assert.True(_room.TryEnter(4));
        var done = 0;
        var entering = _room.EnterAsync(
            2,
            () => () =>
            {
                _room.Leave(2);
                // Another thread finds the room free: nothing is held while this runs.
                Assert.True(EntersOnAnotherThread());
                done++;
            },
            Token);
        Assert.Equal(0, done);

        _room.Leave(4);

        Assert.Equal(1, done);
        await entering;
        _room.Leave(1);
        Assert.True(_room.TryEnter(4));
        Assert.Equal(1, done);
    }

    [Fact]
    public async Task One_for_whom_there_is_room_is_admitted_by_its_own_call()
    {
        await EnterAsync("second", 1);

        Assert.Equal(["second", "second afterwards"], _admitted);
    }

    [Fact]
    public async Task Room_that_is_given_back_during_an_admission_is_the_next_ones()
    {
        Assert.True(_room.TryEnter(4));
        // As a write that is cancelled while it is admitted.
        var first = _room.EnterAsync(
            4,
            () =>
            {
                _room.Leave(4);
                return () => _admitted.Add("first");
            },
            Token);
        var isFree = false;
        var second = _room.EnterAsync(
            3,
            () =>
            {
                _admitted.Add("second");
                return () => isFree = EntersOnAnotherThread();
            },
            Token);
        _room.Leave(4);
        await Task.WhenAll(first, second);

        Assert.Equal(["first", "second"], _admitted.Order(StringComparer.Ordinal));
        // What follows an admission never runs while the room is looked at.
        Assert.True(isFree);
        Assert.False(_room.TryEnter(1));
    }

    private bool EntersOnAnotherThread()
    {
        var entered = false;
        var thread = new Thread(() => entered = _room.TryEnter(1));
        thread.Start();
        return thread.Join(TimeSpan.FromSeconds(2)) && entered;
    }

    private Task EnterAsync(string name, int count, CancellationToken? cancellationToken = null) => _room.EnterAsync(
        count,
        () =>
        {
            _admitted.Add(name);
            return name.StartsWith("small", StringComparison.Ordinal) || name == "second" ? () => _admitted.Add($"{name} afterwards") : null;
        },
        cancellationToken ?? Token);
}
