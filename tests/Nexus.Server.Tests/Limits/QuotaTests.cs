using Nexus.Server.Api;

namespace Nexus.Server.Tests.Limits;

public sealed class QuotaTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly Quota _quota = new(10, TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_share_is_not_passed_over_by_small_ones()
    {
        Assert.True(_quota.TryTake(4));
        var large = _quota.TakeAsync(8, Long, Token).AsTask();
        Assert.False(_quota.TryTake(1));
        var small = _quota.TakeAsync(1, Long, Token).AsTask();
        Assert.False(large.IsCompleted || small.IsCompleted);
        _quota.Return(4);
        Assert.True(await large && await small);
        Assert.Equal(9, _quota.Taken);
    }

    [Fact]
    public async Task Whoever_waits_too_long_gets_nothing_and_blocks_nobody()
    {
        Assert.True(_quota.TryTake(4));
        var large = _quota.TakeAsync(8, TimeSpan.FromMilliseconds(50), Token).AsTask();
        var small = _quota.TakeAsync(1, Long, Token).AsTask();
        Assert.False(await large);
        Assert.True(await small);
        Assert.Equal(5, _quota.Taken);
    }

    [Fact]
    public async Task Whoever_leaves_takes_nothing_along()
    {
        Assert.True(_quota.TryTake(10));
        using var leaving = new CancellationTokenSource();
        var waiting = _quota.TakeAsync(5, Long, leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _quota.Return(10);
        Assert.Equal(0, _quota.Taken);
    }

    [Fact]
    public async Task More_than_there_ever_is_is_refused_at_once() => Assert.False(await _quota.TakeAsync(11, Long, Token));

    [Fact]
    public async Task Whatever_many_do_at_once_nothing_is_lost_and_nothing_is_given_twice()
    {
        var most = 0L;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var i = 0; i < 500; i++)
            {
                var amount = random.Next(1, 6);
                using var leaving = new CancellationTokenSource();
                var taking = _quota.TakeAsync(amount, TimeSpan.FromMilliseconds(random.Next(0, 3)), leaving.Token).AsTask();
                if (random.Next(8) == 0) await leaving.CancelAsync();
                try
                {
                    if (!await taking) continue;
                }
                catch (OperationCanceledException)
                {
                    continue;
                }
                InterlockedMax(_quota.Taken);
                await Task.Yield();
                _quota.Return(amount);
            }
        }, Token)));
        Assert.Equal(0, _quota.Taken);
        Assert.InRange(most, 1, 10);

        void InterlockedMax(long value)
        {
            for (var seen = Interlocked.Read(ref most); value > seen; seen = Interlocked.Read(ref most))
                Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
