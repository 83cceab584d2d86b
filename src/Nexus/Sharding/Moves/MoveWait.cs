namespace Nexus.Sharding;

/// <summary>
/// How a call that a shard has refused waits for the end of the move of its bucket, which takes less than a second. A move whose process is gone is
/// settled here, so that the state is whole again without anybody's help.
/// </summary>
/// <param name="clock">Measures waits.</param>
internal sealed class MoveWait(TimeProvider clock)
{
    /// <summary>Without a move the map that was read is the newest, unless another one has just ended.</summary>
    private const int AttemptsWithoutMove = 3;

    private const int LongestPause = 200;

    /// <summary>A process that moves buckets needs far less for its last step.</summary>
    private static readonly TimeSpan SettleEvery = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly long _started = clock.GetTimestamp();
    private int _attempts;
    private int _quiet;
    private TimeSpan _settleAt = TimeSpan.FromSeconds(1);

    /// <summary>Waits a little longer each time.</summary>
    /// <param name="isMoving">Whether the home shard notes a move.</param>
    /// <param name="settle">Settles it if its process is gone.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when it is no use to wait longer.</returns>
    public async Task<bool> NextAsync(
        Func<CancellationToken, Task<bool>> isMoving, Func<CancellationToken, Task> settle, CancellationToken cancellationToken)
    {
        if (_attempts++ == 0) return true;
        var elapsed = clock.GetElapsedTime(_started);
        _quiet = await isMoving(cancellationToken).ConfigureAwait(false) ? 0 : _quiet + 1;
        if (elapsed > Patience || _quiet > AttemptsWithoutMove) return false;
        if (elapsed > _settleAt)
        {
            _settleAt = elapsed + SettleEvery;
            await settle(cancellationToken).ConfigureAwait(false);
        }
        else await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(LongestPause, 5 << Math.Min(_attempts, 6))), clock, cancellationToken)
            .ConfigureAwait(false);
        return true;
    }
}
