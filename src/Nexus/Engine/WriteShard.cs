using System.Diagnostics;

namespace Nexus.Engine;

/// <summary>One writer's share of the queue: at most one batch in flight, in which each record appears once.</summary>
/// <remarks>
/// A record's later writes wait in its line while an earlier one is in flight. They are composed when they are taken, not when they arrive,
/// so that until then each can still be cancelled by its own caller.
/// </remarks>
internal sealed class WriteShard(IStateWriter store, int number, int maxBatchSize, QueueRoom room, EngineTelemetry? telemetry = null)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<WriteKey, WriteLine> _lines = [];
    private readonly Queue<WriteLine> _ready = new();
    private TaskCompletionSource? _idle;
    private bool _running;
    private bool _stopped;
    private int _pending;

    public int Pending => Volatile.Read(ref _pending);

    /// <returns>To be awaited once.</returns>
    public ValueTask<WriteOutcome> EnqueueAsync(Write write, CancellationToken cancellationToken)
    {
        var outcome = EnqueueAsync(write, cancellationToken, out var start);
        // The caller that finds the writer idle drives it until the first await: a lone write needs no other thread.
        if (start) StartDriving();
        return outcome;
    }

    /// <summary>The same, but the caller must start the writer if it is idle.</summary>
    public ValueTask<WriteOutcome> EnqueueAsync(Write write, CancellationToken cancellationToken, out bool start)
    {
        var entry = new PendingWrite(write, this) { Caller = telemetry is { IsObserved: true } ? Activity.Current : null };
        // Before the writer can see the write, so that ending it always finds the registration to drop.
        entry.CancelWith(cancellationToken);
        bool isRefused;
        lock (_gate)
        {
            start = false;
            if (entry.IsCancelled) return entry.Task;
            isRefused = entry.IsTaken = _stopped;
            if (!isRefused) Append(entry);
            start = !_running && _ready.Count > 0;
            _running |= start;
        }
        return isRefused ? RefuseAsync(entry) : entry.Task;
    }

    public void StartDriving()
    {
        // The writer outlives this caller: its trace and its async locals must not become everybody's.
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = DriveAsync();
            return;
        }
        using (ExecutionContext.SuppressFlow()) _ = DriveAsync();
    }

    /// <summary>Gives a batch its place in the lines of its records in this shard: first if the line is empty.</summary>
    /// <param name="bulk">The batch.</param>
    /// <param name="keys">All its records.</param>
    /// <param name="shards">The shard of each.</param>
    /// <returns>False when the batch holds a record twice.</returns>
    public bool TryEnter(BulkWrite bulk, WriteKey[] keys, int[] shards)
    {
        lock (_gate)
        {
            for (var n = 0; n < keys.Length; n++)
            {
                if (shards[n] != number) continue;
                if (!_lines.TryGetValue(keys[n], out var line))
                {
                    _lines.Add(keys[n], line = new WriteLine(keys[n]) { Holder = bulk });
                    bulk.TryHold(line, number, waited: false);
                    continue;
                }
                if (line.Has(bulk)) return false;
                bulk.AddTurn();
                line.Append(new BulkMember(bulk));
            }
            return true;
        }
    }

    /// <summary>Releases the lines that a batch held.</summary>
    public void Release(List<WriteLine> lines)
    {
        bool start;
        lock (_gate)
        {
            foreach (var line in lines)
            {
                line.Holder = null;
                Continue(line);
            }
            start = !_running && _ready.Count > 0;
            _running |= start;
        }
        if (start) StartDriving();
    }

    /// <summary>Takes no more writes.</summary>
    public void Stop()
    {
        lock (_gate) _stopped = true;
    }

    /// <summary>Completes when nothing waits and nothing is in flight.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            if (!_running) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>Cancels a write unless a batch has taken it.</summary>
    public bool TryCancel(PendingWrite entry)
    {
        lock (_gate)
        {
            if (entry.IsTaken) return false;
            entry.WasCancelled = true;
            if (entry.IsQueued) _pending--;
        }
        room.Leave(1);
        return true;
    }

    private void Append(PendingWrite entry)
    {
        entry.IsQueued = true;
        _pending++;
        var key = entry.Write.Key;
        if (!_lines.TryGetValue(key, out var line))
        {
            line = new WriteLine(key);
            _lines.Add(key, line);
            _ready.Enqueue(line);
        }
        line.Append(entry);
    }

    private ValueTask<WriteOutcome> RefuseAsync(PendingWrite entry)
    {
        room.Leave(1);
        entry.End(default, WriteQueue.Stopped(), isAsynchronous: true);
        return entry.Task;
    }

    private async Task DriveAsync()
    {
        var (batch, next) = (new List<TakenWrite>(), new List<TakenWrite>());
        Take(batch);
        while (batch.Count > 0)
        {
            WriteOutcome[]? outcomes = null;
            Exception? failure = null;
            try
            {
                var writes = new Write[batch.Count];
                for (var i = 0; i < writes.Length; i++) writes[i] = batch[i].Write;
                outcomes = telemetry is { IsObserved: true }
                    ? await telemetry.CommitAsync(
                        writes.Length, CallersOf(batch), () => store.ApplyAsync(writes, atomic: false, CancellationToken.None)).ConfigureAwait(false)
                    : await store.ApplyAsync(writes, atomic: false, CancellationToken.None).ConfigureAwait(false);
                SuspectStale(store, writes, outcomes);
            }
            catch (Exception error)
            {
                failure = error;
            }
            Release(batch);
            Take(next);
            // A writer with more to do completes its callers on other threads. One that becomes idle no longer needs its thread: a lone caller
            // continues on it at once.
            var isAsynchronous = next.Count > 0 || batch.Count > 1;
            for (var i = 0; i < batch.Count; i++) batch[i].End(outcomes is null ? default : outcomes[i], failure, isAsynchronous);
            batch.Clear();
            (batch, next) = (next, batch);
        }
    }

    private static IEnumerable<ActivityContext> CallersOf(List<TakenWrite> batch)
    {
        foreach (var taken in batch)
        {
            for (LineEntry? entry = taken.First; entry is PendingWrite pending; entry = entry.Next)
            {
                if (pending.Caller is { } caller) yield return caller.Context;
            }
        }
    }

    /// <summary>Has caches drop records that a write has shown to be stale.</summary>
    public static void SuspectStale(IStateWriter store, IReadOnlyList<Write> writes, WriteOutcome[] outcomes)
    {
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i].Status is not (WriteStatus.Conflict or WriteStatus.NotFound)) continue;
            var key = writes[i].Key;
            store.Changes.Suspect([new StateChange(key.Table.Name, key.Id)]);
        }
    }

    /// <summary>Takes what is ready into an empty batch. If nothing is ready, the writer is idle from then on.</summary>
    private void Take(List<TakenWrite> batch)
    {
        lock (_gate)
        {
            while (batch.Count < maxBatchSize && _ready.TryDequeue(out var line))
            {
                if (line.TryTake(out var taken)) batch.Add(taken);
                else if (line.TakeBulk() is not { } bulk) _lines.Remove(line.Key);
                else if (bulk.TryHold(line, number, waited: true)) line.Holder = bulk;
                else Continue(line);
            }
            if (batch.Count > 0) return;
            _running = false;
            _idle?.SetResult();
            _idle = null;
        }
    }

    private void Release(List<TakenWrite> batch)
    {
        var callers = 0;
        lock (_gate)
        {
            foreach (var taken in batch)
            {
                callers += taken.Callers;
                Continue(taken.Line);
            }
            _pending -= callers;
        }
        room.Leave(callers);
    }

    private void Continue(WriteLine line)
    {
        if (line.IsEmpty) _lines.Remove(line.Key);
        else _ready.Enqueue(line);
    }
}
