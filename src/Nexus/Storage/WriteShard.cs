using System.Threading.Tasks.Sources;

namespace Nexus.Storage;

/// <summary>One writer's share of the queue: at most one batch in flight, in which each record appears once.</summary>
/// <remarks>
/// A record's later writes wait in its line while an earlier one is in flight. They are composed when they are taken, not when they arrive,
/// so that until then each can still be cancelled by its own caller.
/// </remarks>
internal sealed class WriteShard(IStore store, int maxBatchSize, SemaphoreSlim room)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<WriteKey, Line> _lines = [];
    private readonly Queue<Line> _ready = new();
    private TaskCompletionSource? _idle;
    private bool _running;
    private int _pending;

    public int Pending => Volatile.Read(ref _pending);

    /// <returns>To be awaited once.</returns>
    public ValueTask<WriteOutcome> EnqueueAsync(Write write, CancellationToken cancellationToken)
    {
        var entry = new PendingWrite(write, this);
        // Before the writer can see the write, so that ending it always finds the registration to drop.
        entry.CancelWith(cancellationToken);
        bool start;
        lock (_gate)
        {
            if (entry.IsCancelled) return entry.Task;
            entry.IsQueued = true;
            _pending++;
            if (!_lines.TryGetValue(write.Key, out var line))
            {
                line = new Line(write.Key);
                _lines.Add(write.Key, line);
                _ready.Enqueue(line);
            }
            line.Waiting.Enqueue(entry);
            start = !_running;
            _running = true;
        }
        // The caller that finds the writer at rest drives it until the first await, which spares a lone write the hop to another thread.
        if (start) StartDriving();
        return entry.Task;
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

    private void StartDriving()
    {
        // The writer outlives this caller: its trace and its async locals must not become everybody's.
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = DriveAsync();
            return;
        }
        using (ExecutionContext.SuppressFlow()) _ = DriveAsync();
    }

    private async Task DriveAsync()
    {
        var batch = TakeBatch();
        while (batch is not null)
        {
            WriteOutcome[]? outcomes = null;
            Exception? failure = null;
            try
            {
                var writes = new Write[batch.Count];
                for (var i = 0; i < writes.Length; i++) writes[i] = batch[i].Write;
                outcomes = await store.ApplyAsync(writes, atomic: false, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                failure = error;
            }
            Release(batch);
            var next = TakeBatch();
            // A writer with more to do hands its callers to other threads. One that comes to rest has none of its own for the thread: a lone caller
            // goes on with it at once, which spares it a wait for another.
            var isAsynchronous = next is not null || batch.Count > 1;
            for (var i = 0; i < batch.Count; i++) batch[i].End(outcomes is null ? default : outcomes[i], failure, isAsynchronous);
            batch = next;
        }
    }

    private List<TakenWrite>? TakeBatch()
    {
        lock (_gate)
        {
            var batch = new List<TakenWrite>(Math.Min(_ready.Count, maxBatchSize));
            while (batch.Count < maxBatchSize && _ready.TryDequeue(out var line))
            {
                if (line.Take() is { } taken) batch.Add(taken);
                else _lines.Remove(line.Key);
            }
            if (batch.Count > 0) return batch;
            _running = false;
            _idle?.SetResult();
            _idle = null;
            return null;
        }
    }

    private void Release(List<TakenWrite> batch)
    {
        var callers = 0;
        lock (_gate)
        {
            foreach (var taken in batch)
            {
                callers += taken.Callers.Count;
                if (taken.Line.Waiting.Count > 0) _ready.Enqueue(taken.Line);
                else _lines.Remove(taken.Line.Key);
            }
            _pending -= callers;
        }
        room.Release(callers);
    }

    private bool TryCancel(PendingWrite entry)
    {
        lock (_gate)
        {
            if (entry.IsTaken) return false;
            entry.IsCancelled = true;
            if (entry.IsQueued) _pending--;
        }
        room.Release();
        return true;
    }

    /// <summary>The writes to one record that wait, oldest first.</summary>
    private sealed class Line(WriteKey key)
    {
        public WriteKey Key { get; } = key;

        public Queue<PendingWrite> Waiting { get; } = new();

        public TakenWrite? Take()
        {
            TakenWrite? taken = null;
            while (Waiting.TryPeek(out var next))
            {
                if (!next.IsCancelled)
                {
                    if (taken is null) taken = new TakenWrite(this, next.Write);
                    else if (taken.Write.TryCompose(next.Write) is { } both) taken.Write = both;
                    else break;
                    next.IsTaken = true;
                    taken.Callers.Add(next);
                }
                Waiting.Dequeue();
            }
            return taken;
        }
    }

    /// <summary>What goes to the store for one record, and who waits for it.</summary>
    private sealed class TakenWrite(Line line, Write write)
    {
        public Line Line { get; } = line;

        public Write Write { get; set; } = write;

        public List<PendingWrite> Callers { get; } = new(1);

        public void End(WriteOutcome outcome, Exception? failure, bool isAsynchronous)
        {
            foreach (var caller in Callers) caller.End(outcome, failure, isAsynchronous || Callers.Count > 1);
        }
    }

    /// <summary>One caller's write, and what the caller awaits. It ends once: by its batch, or cancelled before a batch took it.</summary>
    private sealed class PendingWrite(Write write, WriteShard shard) : IValueTaskSource<WriteOutcome>
    {
        private ManualResetValueTaskSourceCore<WriteOutcome> _end = new() { RunContinuationsAsynchronously = true };
        private CancellationTokenRegistration _registration;

        public Write Write { get; } = write;

        public bool IsQueued { get; set; }

        public bool IsTaken { get; set; }

        public bool IsCancelled { get; set; }

        public ValueTask<WriteOutcome> Task => new(this, _end.Version);

        public void CancelWith(CancellationToken cancellationToken)
        {
            if (!cancellationToken.CanBeCanceled) return;
            _registration = cancellationToken.UnsafeRegister(static (state, token) =>
            {
                var entry = (PendingWrite)state!;
                if (entry.Shard.TryCancel(entry)) entry._end.SetException(new OperationCanceledException(token));
            }, this);
        }

        private WriteShard Shard { get; } = shard;

        public void End(WriteOutcome outcome, Exception? failure, bool isAsynchronous)
        {
            _registration.Dispose();
            _end.RunContinuationsAsynchronously = isAsynchronous;
            if (failure is null) _end.SetResult(outcome);
            else _end.SetException(failure);
        }

        public WriteOutcome GetResult(short token) => _end.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _end.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _end.OnCompleted(continuation, state, token, flags);
    }
}
