namespace Nexus.Server.Api;

/// <summary>A shared amount. Requests that exceed the rest wait in a queue, so that small shares cannot starve a large one.</summary>
internal sealed class Quota(long capacity, TimeProvider clock)
{
    private readonly long _capacity = capacity;
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _line = new();
    private long _free = capacity;

    public long Taken => _capacity - Volatile.Read(ref _free);

    /// <summary>Takes a share at once, or nothing.</summary>
    public bool TryTake(long amount)
    {
        lock (_gate)
        {
            if (_line.Count > 0 || _free < amount) return false;
            _free -= amount;
            return true;
        }
    }

    /// <summary>Takes a share, waiting in the queue if necessary.</summary>
    /// <returns>False if the share was not available in time.</returns>
    public async ValueTask<bool> TakeAsync(long amount, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (TryTake(amount)) return true;
        if (amount > _capacity || patience == TimeSpan.Zero) return false;
        var waiter = new Waiter(amount);
        lock (_gate)
        {
            _line.AddLast(waiter);
            Serve();
        }
        try
        {
            await waiter.Served.Task.WaitAsync(patience, clock, cancellationToken);
            return true;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            bool isServed;
            lock (_gate)
            {
                isServed = !_line.Remove(waiter);
                // The next waiters may have waited only for this one.
                if (!isServed) Serve();
                else if (error is OperationCanceledException) Free(amount);
            }
            if (error is OperationCanceledException) throw;
            return isServed;
        }
    }

    public void Return(long amount)
    {
        if (amount == 0) return;
        lock (_gate) Free(amount);
    }

    private void Free(long amount)
    {
        _free += amount;
        Serve();
    }

    private void Serve()
    {
        while (_line.First is { } first && first.Value.Amount <= _free)
        {
            _free -= first.Value.Amount;
            _line.RemoveFirst();
            first.Value.Served.SetResult();
        }
    }

    private sealed class Waiter(long amount)
    {
        public long Amount { get; } = amount;

        public TaskCompletionSource Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
