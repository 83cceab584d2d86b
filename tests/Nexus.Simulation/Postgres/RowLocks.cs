namespace Nexus.Simulation;

/// <summary>The locks of a transaction on the server.</summary>
internal sealed class ModelTransaction(DateTimeOffset startedAt, object? session)
{
    /// <summary>Whose it is; null for one that needs nobody any more.</summary>
    public object? Session => session;

    /// <summary>PostgreSQL's <c>now()</c>.</summary>
    public DateTimeOffset StartedAt => startedAt;

    public List<string> Held { get; } = [];

    public string? WaitsFor { get; set; }

    /// <summary>It is on the disk and waits for the standby.</summary>
    public bool IsDurable { get; set; }

    /// <summary>The move of buckets that has its changes noted.</summary>
    public Sharding.ShardMove? Leaving { get; set; }

    /// <summary>Its session ended, or it was rolled back.</summary>
    public bool IsOver { get; set; }
}

/// <summary>Row locks: held until the end of the transaction, granted in the order of waiting, with PostgreSQL's detection of deadlocks.</summary>
internal sealed class RowLocks
{
    private readonly Dictionary<string, RowLock> _locks = new(StringComparer.Ordinal);

    /// <summary>Transactions that were aborted because each waited for another one, with what each holds and wants.</summary>
    public List<string> Deadlocks { get; } = [];

    /// <exception cref="Npgsql.PostgresException">A deadlock.</exception>
    /// <exception cref="SessionLostException">The session ended meanwhile.</exception>
    public async Task TakeAsync(ModelTransaction transaction, string row)
    {
        if (!_locks.TryGetValue(row, out var taken)) _locks.Add(row, taken = new RowLock());
        if (taken.Holder == transaction) return;
        if (taken.Holder is not null)
        {
            if (ClosesCircle(transaction, taken))
            {
                Deadlocks.Add($"one holds {string.Join(", ", transaction.Held)} and wants {row}; "
                    + $"the other holds {string.Join(", ", taken.Holder.Held)} and wants {taken.Holder.WaitsFor}");
                throw ModelErrors.Deadlock();
            }
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            taken.Waiting.Enqueue((transaction, turn));
            transaction.WaitsFor = row;
            await turn.Task.ConfigureAwait(false);
        }
        else Grant(taken, transaction, row);
        if (transaction.IsOver) throw new SessionLostException();
    }

    /// <summary>Ends a transaction: its rows go to those that wait for them.</summary>
    public void Release(ModelTransaction transaction)
    {
        transaction.IsOver = true;
        foreach (var row in transaction.Held)
        {
            var taken = _locks[row];
            taken.Holder = null;
            while (taken.Holder is null && taken.Waiting.TryDequeue(out var next))
            {
                if (!next.Transaction.IsOver) Grant(taken, next.Transaction, row);
                next.Turn.SetResult();
            }
            if (taken.Holder is null) _locks.Remove(row);
        }
        transaction.Held.Clear();
    }

    /// <summary>The server ceased to be.</summary>
    public void Clear()
    {
        foreach (var taken in _locks.Values.ToList())
        {
            foreach (var (transaction, turn) in taken.Waiting)
            {
                transaction.IsOver = true;
                turn.SetResult();
            }
        }
        _locks.Clear();
    }

    private static void Grant(RowLock taken, ModelTransaction transaction, string row)
    {
        taken.Holder = transaction;
        // At once and not when its task goes on: until then it would seem to wait for itself.
        transaction.WaitsFor = null;
        transaction.Held.Add(row);
    }

    private bool ClosesCircle(ModelTransaction transaction, RowLock wanted)
    {
        for (var holder = wanted.Holder; holder?.WaitsFor is { } row; holder = _locks[row].Holder)
        {
            if (_locks[row].Holder == transaction) return true;
        }
        return wanted.Holder == transaction;
    }

    private sealed class RowLock
    {
        public ModelTransaction? Holder { get; set; }

        public Queue<(ModelTransaction Transaction, TaskCompletionSource Turn)> Waiting { get; } = new();
    }
}
