using System.Diagnostics.CodeAnalysis;
using Nexus.Leases;

namespace Nexus.Operations.Leadership;

/// <summary>A lease that this process holds, with its end by the monotonic clock.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no wait handle, and jobs of the lease may still ask after its end.")]
internal sealed class LeaderLease
{
    private readonly NexusLeases _leases;
    private readonly TimeSpan _margin;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _lost;
    private readonly Lock _gate = new();
    private Lease _lease;
    private long _asked;

    /// <param name="lease">As the database gave it.</param>
    /// <param name="leases">Where it is held.</param>
    /// <param name="margin">How much earlier it ends here than there.</param>
    /// <param name="clock">The monotonic clock.</param>
    /// <param name="asked">The timestamp before the lease was asked for.</param>
    public LeaderLease(Lease lease, NexusLeases leases, TimeSpan margin, TimeProvider clock, long asked)
    {
        (_lease, _leases, _margin, _clock, _asked) = (lease, leases, margin, clock, asked);
        _lost = new CancellationTokenSource(Left, clock);
        Lost = _lost.Token;
    }

    public long Epoch => _lease.Epoch;

    public string Name => _lease.Name;

    public Lease Lease
    {
        get
        {
            lock (_gate) return _lease;
        }
    }

    /// <summary>Cancelled when it ends. A process that was suspended may see this late: <see cref="IsOver"/> asks the clock.</summary>
    public CancellationToken Lost { get; }

    public bool IsOver
    {
        get
        {
            lock (_gate) return _lost.IsCancellationRequested || Elapsed >= _lease.Duration - _margin;
        }
    }

    private TimeSpan Elapsed => _clock.GetElapsedTime(_asked);

    private TimeSpan Left => _lease.Duration - _margin - Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <summary>False if it ended before the answer came.</summary>
    public bool TryExtend(Lease renewed, long asked)
    {
        lock (_gate)
        {
            if (_lost.IsCancellationRequested || Elapsed >= _lease.Duration - _margin) return false;
            (_lease, _asked) = (renewed, asked);
            _lost.CancelAfter(Left);
            return true;
        }
    }

    public Task EndAsync() => _lost.CancelAsync();

    public async Task EnsureHeldAsync(CancellationToken cancellationToken)
    {
        if (IsOver) throw new LeadershipLostException(Name, Epoch);
        if (!await _leases.IsHeldAsync(Lease, cancellationToken).ConfigureAwait(false)) throw new LeadershipLostException(Name, Epoch);
    }

    public async Task EnsureHeldAsync(Npgsql.NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        if (IsOver || !await _leases.HoldAsync(Lease, transaction, cancellationToken).ConfigureAwait(false))
            throw new LeadershipLostException(Name, Epoch);
    }
}
