namespace Nexus.Engine;

/// <summary>
/// Bounds the writes in memory. A caller takes room for all its writes at once, and waiting callers are admitted in the order of their calls: a large
/// batch neither starves nor holds a part of the room while it waits for the rest, and waiting changes no order.
/// </summary>
internal sealed class QueueRoom
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private readonly Queue<Action> _afterwards = new();
    private readonly int _capacity;
    private int _free;

    /// <param name="capacity">Writes at most; a batch with more takes all of it.</param>
    public QueueRoom(int capacity) => (_capacity, _free) = (capacity, capacity);

    /// <summary>Takes room for this many writes at once; false if others wait or there is none.</summary>
    public bool TryEnter(int count)
    {
        var weight = Math.Min(count, _capacity);
        lock (_gate)
        {
            if (_waiting.Count > 0 || _free < weight) return false;
            _free -= weight;
            return true;
        }
    }

    /// <summary>Completes when there is room for this many writes. Cancelled before that, it takes none.</summary>
    /// <param name="count">Writes.</param>
    /// <param name="admit">
    /// Puts them into the queue, in the order of admission, and returns what is to be done afterwards, or null. Its error is the caller's, and
    /// gives the room back.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task EnterAsync(int count, Func<Action?> admit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new Waiter(Math.Min(count, _capacity), admit);
        lock (_gate)
        {
            waiter.Node = _waiting.AddLast(waiter);
            Admit();
        }
        RunAfterwards();
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (room, waiter) = ((QueueRoom, Waiter))state!;
                room.Cancel(waiter, token);
            },
            (this, waiter));
        await waiter.Admitted.Task.ConfigureAwait(false);
    }

    /// <summary>Gives back the room of this many writes.</summary>
    public void Leave(int count)
    {
        lock (_gate)
        {
            _free += Math.Min(count, _capacity);
            Admit();
        }
        RunAfterwards();
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
        RunAfterwards();
    }

    private void Admit()
    {
        while (_waiting.First is { Value: var next } && next.Weight <= _free)
        {
            _waiting.RemoveFirst();
            next.Node = null;
            _free -= next.Weight;
            try
            {
                if (next.Admit() is { } afterwards) _afterwards.Enqueue(afterwards);
                next.Admitted.SetResult();
            }
            catch (Exception error)
            {
                _free += next.Weight;
                next.Admitted.SetException(error);
            }
        }
    }

    /// <summary>What is admitted may be driven at once by this thread, but not within the lock.</summary>
    private void RunAfterwards()
    {
        // A write that is cancelled or refused while it is admitted gives its room back from within the lock.
        if (_gate.IsHeldByCurrentThread) return;
        while (true)
        {
            Action afterwards;
            lock (_gate)
            {
                if (!_afterwards.TryDequeue(out afterwards!)) return;
            }
            afterwards();
        }
    }

    private sealed class Waiter(int weight, Func<Action?> admit)
    {
        public int Weight => weight;

        public Func<Action?> Admit => admit;

        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Null once it is admitted or cancelled.</summary>
        public LinkedListNode<Waiter>? Node { get; set; }
    }
}
