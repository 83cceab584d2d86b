using Nexus.Sharding;

namespace Nexus.Simulation;

/// <summary>The lock of a table: held until the end of the transaction, granted in the order of waiting.</summary>
/// <param name="wait">Lets time pass on the server.</param>
/// <param name="now">The time, in ticks.</param>
internal sealed class TableLock(Func<TimeSpan, Task> wait, Func<long> now)
{
    private readonly List<(ModelTransaction Transaction, MoveLock Mode, long Since)> _held = [];
    private readonly List<Waiter> _waiting = [];

    /// <summary>The longest time for which somebody excluded everybody else.</summary>
    public TimeSpan LongestHold { get; private set; }

    /// <param name="transaction">Who takes it.</param>
    /// <param name="mode">How it excludes others.</param>
    /// <param name="limit">How long it waits; null for any time.</param>
    /// <exception cref="Npgsql.PostgresException">It was not free within the limit.</exception>
    /// <exception cref="SessionLostException">The session ended meanwhile.</exception>
    public async Task TakeAsync(ModelTransaction transaction, MoveLock mode, TimeSpan? limit)
    {
        if (transaction.IsOver) throw new SessionLostException();
        if (_held.Exists(held => held.Transaction == transaction && held.Mode >= mode)) return;
        var waiter = new Waiter(transaction, mode);
        _waiting.Add(waiter);
        Grant();
        if (!waiter.Turn.Task.IsCompleted && limit is { } most) _ = GiveUpAsync(waiter, most);
        await waiter.Turn.Task.ConfigureAwait(false);
        if (transaction.IsOver) throw new SessionLostException();
    }

    /// <summary>Gives back what a transaction has taken, or has taken since it held so many.</summary>
    public void Release(ModelTransaction transaction, int kept = 0)
    {
        foreach (var waiter in _waiting.Where(waiter => waiter.Transaction == transaction).ToList())
        {
            _waiting.Remove(waiter);
            waiter.Turn.TrySetResult();
        }
        foreach (var held in _held.Where(held => held.Transaction == transaction).Skip(kept).ToList())
        {
            _held.Remove(held);
            var time = TimeSpan.FromTicks(now() - held.Since);
            if (held.Mode == MoveLock.Exclude && time > LongestHold) LongestHold = time;
        }
        Grant();
    }

    public int CountOf(ModelTransaction transaction) => _held.Count(held => held.Transaction == transaction);

    /// <summary>The server ceased to be.</summary>
    public void Clear()
    {
        _held.Clear();
        foreach (var waiter in _waiting)
        {
            waiter.Transaction.IsOver = true;
            waiter.Turn.TrySetResult();
        }
        _waiting.Clear();
    }

    private async Task GiveUpAsync(Waiter waiter, TimeSpan limit)
    {
        await wait(limit).ConfigureAwait(false);
        if (!_waiting.Remove(waiter)) return;
        waiter.Turn.TrySetException(ModelErrors.Refused(Npgsql.PostgresErrorCodes.LockNotAvailable));
        Grant();
    }

    private void Grant()
    {
        while (_waiting.Count > 0)
        {
            var next = _waiting[0];
            if (_held.Exists(held => held.Transaction != next.Transaction && Conflict(held.Mode, next.Mode))) return;
            _waiting.RemoveAt(0);
            _held.Add((next.Transaction, next.Mode, now()));
            next.Turn.TrySetResult();
        }
    }

    private static bool Conflict(MoveLock one, MoveLock other) =>
        one == MoveLock.Exclude || other == MoveLock.Exclude || (one == MoveLock.Change && other == MoveLock.Change);

    private sealed class Waiter(ModelTransaction transaction, MoveLock mode)
    {
        public ModelTransaction Transaction => transaction;

        public MoveLock Mode => mode;

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
