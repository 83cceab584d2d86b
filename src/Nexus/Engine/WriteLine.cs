using System.Diagnostics;
using System.Threading.Tasks.Sources;

namespace Nexus.Engine;

/// <summary>The writes to one record that wait, oldest first. Guarded by its shard.</summary>
internal sealed class WriteLine(WriteKey key)
{
    private LineEntry? _first;
    private LineEntry? _last;

    public WriteKey Key { get; } = key;

    /// <summary>The batch that holds the line: nothing else of the line is taken.</summary>
    public BulkWrite? Holder { get; set; }

    public bool IsEmpty => _first is null;

    /// <summary>Whether the batch has a place in the line already.</summary>
    public bool Has(BulkWrite bulk) => Holder == bulk || _last is BulkMember last && last.Bulk == bulk;

    public void Append(LineEntry entry)
    {
        if (_first is null) _first = entry;
        else _last!.Next = entry;
        _last = entry;
    }

    /// <summary>Takes as many from the front as can be one write. False where none is next: all were cancelled, or a batch is.</summary>
    public bool TryTake(out TakenWrite taken)
    {
        taken = default;
        PendingWrite? last = null;
        for (; _first is { } next; _first = next.Next)
        {
            if (next.IsCancelled) continue;
            if (next is not PendingWrite write) break;
            if (last is null) taken = new TakenWrite(this, write.Write, write, 1);
            else if (taken.Write.Compose(write.Write) is { } both) taken = taken with { Write = both, Callers = taken.Callers + 1 };
            else break;
            write.IsTaken = true;
            if (last is not null) last.Next = write;
            last = write;
        }
        if (last is not null) last.Next = null;
        return last is not null;
    }

    /// <summary>Takes the batch that is next; null where none is.</summary>
    public BulkWrite? TakeBulk()
    {
        if (_first is not BulkMember member) return null;
        _first = member.Next;
        return member.Bulk;
    }
}

/// <summary>A place in a line. Writes are chained through themselves: one that waits is a single object.</summary>
internal abstract class LineEntry
{
    /// <summary>Waits behind this one, or was taken with it.</summary>
    public LineEntry? Next { get; set; }

    public abstract bool IsCancelled { get; }
}

/// <summary>A batch's place in the line of one of its records.</summary>
internal sealed class BulkMember(BulkWrite bulk) : LineEntry
{
    public BulkWrite Bulk => bulk;

    public override bool IsCancelled => bulk.HasEnded;
}

/// <summary>One caller's write and the task that the caller awaits. It completes once: by its batch, or cancelled before a batch took it.</summary>
internal sealed class PendingWrite(Write write, WriteShard shard) : LineEntry, IValueTaskSource<WriteOutcome>
{
    private ManualResetValueTaskSourceCore<WriteOutcome> _end = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;

    public Write Write { get; } = write;

    /// <summary>The trace of the caller who waits for it, where traces are listened to.</summary>
    public Activity? Caller { get; init; }

    public bool IsQueued { get; set; }

    public bool IsTaken { get; set; }

    public bool WasCancelled { get; set; }

    public override bool IsCancelled => WasCancelled;

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

/// <summary>What goes to the store for one record, and who waits for it: so many callers, chained.</summary>
internal readonly record struct TakenWrite(WriteLine Line, Write Write, PendingWrite First, int Callers)
{
    public void End(WriteOutcome outcome, Exception? failure, bool isAsynchronous)
    {
        for (LineEntry? caller = First; caller is PendingWrite pending; caller = caller.Next) pending.End(outcome, failure, isAsynchronous
            || Callers > 1);
    }
}
