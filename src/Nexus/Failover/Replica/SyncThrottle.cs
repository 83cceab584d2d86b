namespace Nexus.Failover;

/// <summary>How much of the time the replica sync may take: a small share while the engine is busy, half of it otherwise.</summary>
internal sealed class SyncThrottle(ReplicaBacklog backlog, TimeProvider clock)
{
    /// <summary>The sync takes at most one part in this many of the time of a busy engine.</summary>
    private const int BusyShare = 30;

    private const double BusyWritesPerSecond = 200;

    private long _writes = backlog.Writes;
    private long _looked = clock.GetTimestamp();

    /// <summary>How long to rest after working so long.</summary>
    public TimeSpan RestAfter(TimeSpan worked)
    {
        var (writes, now) = (backlog.Writes, clock.GetTimestamp());
        var seconds = Math.Max(clock.GetElapsedTime(_looked, now).TotalSeconds, 0.001);
        var isBusy = (writes - _writes) / seconds > BusyWritesPerSecond;
        (_writes, _looked) = (writes, now);
        return worked * (isBusy ? BusyShare : 1);
    }

    /// <summary>Rests after a piece of work that began at a timestamp.</summary>
    public Task RestAsync(long started, CancellationToken cancellationToken) =>
        Task.Delay(RestAfter(clock.GetElapsedTime(started)), clock, cancellationToken);
}
