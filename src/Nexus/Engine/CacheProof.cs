namespace Nexus.Engine;

/// <summary>
/// Until when rows in memory may be served. A store whose records others can change extends it whenever one of its own notices returns; between
/// two proofs a broken channel needs no detection, because the proof expires.
/// </summary>
internal sealed class CacheProof
{
    /// <summary>How long a proof lasts from the moment at which its notice was sent, and so how stale a row in memory can be at most.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);

    private readonly TimeProvider? _clock;
    private readonly Func<bool>? _isProven;
    private readonly bool _isCoarse;
    private long _until = long.MinValue;

    /// <param name="clock">Its monotonic timestamps measure the time.</param>
    public CacheProof(TimeProvider clock) => (_clock, _isCoarse) = (clock, ReferenceEquals(clock, TimeProvider.System));

    /// <param name="isProven">Asked at each read: for a store that is made of several.</param>
    public CacheProof(Func<bool> isProven) => _isProven = isProven;

    private CacheProof()
    {
    }

    /// <summary>For a store whose records no other process changes.</summary>
    public static CacheProof Always { get; } = new();

    /// <summary>Whether the proof holds. Checked at each read from memory.</summary>
    public bool IsProven => _clock is { } clock ? Now(clock) < Volatile.Read(ref _until) : _isProven is null || _isProven();

    /// <param name="sentAt">The clock's timestamp before the notice was sent: what was committed earlier was heard earlier.</param>
    public void Extend(long sentAt)
    {
        if (_clock is not { } clock) return;
        var until = Now(clock) + (long)(Bound - clock.GetElapsedTime(sentAt)).TotalMilliseconds;
        Volatile.Write(ref _until, Math.Max(Volatile.Read(ref _until), until));
    }

    public void End() => Volatile.Write(ref _until, long.MinValue);

    /// <summary>
    /// Milliseconds. The kernel's coarse clock, a few milliseconds behind at most, takes a quarter of the time of the exact one, which was most of a
    /// read from memory (<c>bench access</c>).
    /// </summary>
    private long Now(TimeProvider clock) => _isCoarse ? Environment.TickCount64 : clock.GetTimestamp() / (clock.TimestampFrequency / 1000);
}
