using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Nexus.Stores;
using Nexus.Telemetry;

namespace Nexus.Engine;

/// <summary>One writer's share of the queue: at most one batch in flight, in which each record appears once.</summary>
/// <remarks>
/// A record's later writes wait in its line while an earlier one is in flight. They are composed when they are taken, not when they arrive,
/// so that until then each can still be cancelled by its own caller. Writes are chained through themselves: one that waits is a single object.
/// </remarks>
internal sealed class WriteShard(IStore store, int maxBatchSize, SemaphoreSlim room, EngineTelemetry? telemetry = null)
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
        var entry = new PendingWrite(write, this) { Caller = telemetry is { IsObserved: true } ? Activity.Current : null };
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
            line.Append(entry);
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
                    ? await telemetry.CommitAsync(writes.Length, CallersOf(batch), () =>
                        store.ApplyAsync(writes, atomic: false, CancellationToken.None)).ConfigureAwait(false)
                    : await store.ApplyAsync(writes, atomic: false, CancellationToken.None).ConfigureAwait(false);
                SuspectStale(writes, outcomes);
            }
            catch (Exception error)
            {
                failure = error;
            }
            Release(batch);
            Take(next);
            // A writer with more to do hands its callers to other threads. One that comes to rest has none of its own for the thread: a lone caller
            // goes on with it at once, which spares it a wait for another.
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
            for (var entry = taken.First; entry is not null; entry = entry.Next)
            {
                if (entry.Caller is { } caller) yield return caller.Context;
            }
        }
    }

    private void SuspectStale(Write[] writes, WriteOutcome[] outcomes)
    {
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i].Status is WriteStatus.Conflict or WriteStatus.NotFound) store.Changes.Suspect(
                [new StateChange(writes[i].Key.Table.ToName(), writes[i].Key.Id)]);
        }
    }

    /// <summary>Takes what is ready into an empty batch. Where nothing is, the writer is at rest from then on.</summary>
    private void Take(List<TakenWrite> batch)
    {
        lock (_gate)
        {
            while (batch.Count < maxBatchSize && _ready.TryDequeue(out var line))
            {
                if (line.TryTake(out var taken)) batch.Add(taken);
                else _lines.Remove(line.Key);
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
                if (taken.Line.IsEmpty) _lines.Remove(taken.Line.Key);
                else _ready.Enqueue(taken.Line);
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
        private PendingWrite? _first;
        private PendingWrite? _last;

        public WriteKey Key { get; } = key;

        public bool IsEmpty => _first is null;

        public void Append(PendingWrite entry)
        {
            if (_first is null) _first = entry;
            else _last!.Next = entry;
            _last = entry;
        }

        /// <summary>Takes as many from the front as can be one write. False when all were cancelled.</summary>
        public bool TryTake(out TakenWrite taken)
        {
            taken = default;
            PendingWrite? last = null;
            for (; _first is { } next; _first = next.Next)
            {
                if (next.IsCancelled) continue;
                if (last is null) taken = new TakenWrite(this, next.Write, next, 1);
                else if (taken.Write.TryCompose(next.Write) is { } both) taken = taken with { Write = both, Callers = taken.Callers + 1 };
                else break;
                next.IsTaken = true;
                if (last is not null) last.Next = next;
                last = next;
            }
            if (last is not null) last.Next = null;
            return last is not null;
        }
    }

    /// <summary>What goes to the store for one record, and who waits for it: so many callers, chained.</summary>
    private readonly record struct TakenWrite(Line Line, Write Write, PendingWrite First, int Callers)
    {
        public void End(WriteOutcome outcome, Exception? failure, bool isAsynchronous)
        {
            for (var caller = First; caller is not null; caller = caller.Next) caller.End(outcome, failure, isAsynchronous || Callers > 1);
        }
    }

    /// <summary>One caller's write, and what the caller awaits. It ends once: by its batch, or cancelled before a batch took it.</summary>
    private sealed class PendingWrite(Write write, WriteShard shard) : IValueTaskSource<WriteOutcome>
    {
        private ManualResetValueTaskSourceCore<WriteOutcome> _end = new() { RunContinuationsAsynchronously = true };
        private CancellationTokenRegistration _registration;

        public Write Write { get; } = write;

        /// <summary>The trace of whoever waits for it, where traces are listened to.</summary>
        public Activity? Caller { get; init; }

        /// <summary>Waits behind this one, or was taken with it.</summary>
        public PendingWrite? Next { get; set; }

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
