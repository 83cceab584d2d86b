namespace Nexus.Engine;

/// <summary>
/// Bounds the writes in memory. A caller takes room for all its writes at once and in the order of the calls, so that a large batch neither starves nor waits
/// for another that holds a part of the room.
/// </summary>
internal sealed class QueueRoom
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private readonly int _capacity;
    private int _free;

    /// <param name="capacity">Writes at most; a batch with more takes all of it.</param>
    public QueueRoom(int capacity) => (_capacity, _free) = (capacity, capacity);

    /// <summary>Completes when there is room for so many writes. Cancelled before that, it takes none.</summary>
    public Task EnterAsync(int count, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        var weight = Math.Min(count, _capacity);
        Waiter waiter;
        lock (_gate)
        {
            if (_waiting.Count == 0 && _free >= weight)
            {
                _free -= weight;
                return Task.CompletedTask;
            }
            waiter = new Waiter(weight);
            waiter.Node = _waiting.AddLast(waiter);
        }
        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>Gives the room of so many writes back.</summary>
    public void Leave(int count)
    {
        lock (_gate)
        {
            _free += Math.Min(count, _capacity);
            Admit();
        }
    }

    private async Task WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (room, waiter) = ((QueueRoom, Waiter))state!;
                room.Cancel(waiter, token);
            },
            (this, waiter));
        await waiter.Admitted.Task.ConfigureAwait(false);
    }

    private void Cancel(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (waiter.Node is not { } node) return;
            _waiting.Remove(node);
            waiter.Node = null;
            // Those behind it may need less.
            Admit();
        }
        waiter.Admitted.SetCanceled(cancellationToken);
    }

    private void Admit()
    {
        while (_waiting.First is { Value: var next } && next.Weight <= _free)
        {
            _waiting.RemoveFirst();
            next.Node = null;
            _free -= next.Weight;
            next.Admitted.SetResult();
        }
    }

    private sealed class Waiter(int weight)
    {
        public int Weight => weight;

        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Null once it is admitted or cancelled.</summary>
        public LinkedListNode<Waiter>? Node { get; set; }
    }
}
