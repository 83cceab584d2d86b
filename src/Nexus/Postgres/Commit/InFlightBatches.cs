namespace Nexus.Postgres;

/// <summary>
/// The batches that a call has sent and whose commit status is unknown. Abandoning the call closes the list: from then on the call sends nothing
/// more, and only the batches in the list can still be committed.
/// </summary>
internal sealed class InFlightBatches
{
    private readonly Lock _gate = new();
    private readonly List<Guid> _open = new(1);
    private bool _closed;

    /// <summary>Whether a batch of the call is known to be committed.</summary>
    public bool HasCommitted { get; private set; }

    /// <exception cref="OperationCanceledException">The call was abandoned.</exception>
    public void Begin(Guid batch, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_closed) throw new OperationCanceledException("the call was given up", cancellationToken);
            _open.Add(batch);
        }
    }

    /// <summary>The commit status of the batch is known.</summary>
    public void End(Guid batch, bool committed)
    {
        lock (_gate)
        {
            _open.Remove(batch);
            HasCommitted |= committed;
        }
    }

    /// <summary>Batches whose commit status is unknown.</summary>
    public IReadOnlyList<Guid> Close()
    {
        lock (_gate)
        {
            _closed = true;
            return [.. _open];
        }
    }
}
