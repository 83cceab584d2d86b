using Nexus.Errors;
using Nexus.Failover;

namespace Nexus.Tests.Failover;

/// <summary>Whether PostgreSQL serves, and that no write overtakes the rest of the outbox.</summary>
public sealed class OutageStateTests
{
    private static readonly Outage First = new(StoreUnavailableReason.Unreachable, "lost", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch,
        Task.CompletedTask);

    private readonly OutageState _state = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void One_caller_is_the_first_to_notice_and_the_reason_may_change()
    {
        Assert.False(_state.IsUnavailable);
        _state.Update(StoreUnavailableReason.DiskFull, "full");
        Assert.Null(_state.Current);

        Assert.True(_state.TryFailOver(First));
        Assert.False(_state.TryFailOver(First with { Message = "later" }));
        Assert.True(_state.IsUnavailable);
        Assert.Same(First, _state.Current);

        _state.Update(StoreUnavailableReason.DiskFull, "full");
        Assert.Equal(First with { Reason = StoreUnavailableReason.DiskFull, Message = "full" }, _state.Current);
        _state.FailBack();
        Assert.False(_state.IsUnavailable);
        Assert.True(_state.TryFailOver(First));
    }

    [Fact]
    public async Task Writes_are_spooled_during_an_outage_only()
    {
        Assert.False(await _state.TryBeginSpoolAsync(Token));
        _state.TryFailOver(First);
        Assert.True(await _state.TryBeginSpoolAsync(Token));
        _state.EndSpool();
        _state.FailBack();
        Assert.False(await _state.TryBeginSpoolAsync(Token));
    }

    [Fact]
    public async Task Closing_waits_for_every_write_that_began()
    {
        _state.TryFailOver(First);
        Assert.True(await _state.TryBeginSpoolAsync(Token));
        Assert.True(await _state.TryBeginSpoolAsync(Token));

        var closing = _state.CloseAsync(Token);
        _state.EndSpool();
        // What ends the wait runs on another thread: one that was ended too early shows within the delay.
        await Task.WhenAny(closing, Task.Delay(100, Token));
        Assert.False(closing.IsCompleted);
        _state.EndSpool();

        await closing.WaitAsync(TimeSpan.FromMinutes(1), Token);
        _state.Reopen();
        Assert.True(_state.CloseAsync(Token).IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_waits_while_the_rest_is_replayed_and_then_goes_where_the_replay_ended(bool servesAgain)
    {
        _state.TryFailOver(First);
        await _state.CloseAsync(Token);

        var write = _state.TryBeginSpoolAsync(Token).AsTask();
        Assert.False(write.IsCompleted);
        if (servesAgain) _state.FailBack();
        else _state.Reopen();

        Assert.Equal(!servesAgain, await write);
        Assert.Equal(!servesAgain, _state.IsUnavailable);
    }

    [Fact]
    public async Task Both_waits_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        _state.TryFailOver(First);
        Assert.True(await _state.TryBeginSpoolAsync(Token));
        var closing = _state.CloseAsync(cancellation.Token);
        var write = _state.TryBeginSpoolAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closing);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        _state.Reopen();
        Assert.True(await _state.TryBeginSpoolAsync(Token));
    }
}
