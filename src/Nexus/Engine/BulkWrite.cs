namespace Nexus.Engine;

/// <summary>
/// Many writes that go to the store as one batch. It takes its place in the line of each record, waits until it is first in all of them, and holds
/// the lines until the batch has ended: so it keeps its order with single writes to the same records.
/// </summary>
/// <param name="shards">Shards of the queue.</param>
internal sealed class BulkWrite(int shards)
{
    private readonly Lock _gate = new();
    private readonly List<WriteLine>?[] _held = new List<WriteLine>?[shards];
    private TaskCompletionSource? _ready;
    private int _missing;
    private bool _ended;

    /// <summary>Whether it no longer waits: its places in lines are skipped.</summary>
    public bool HasEnded
    {
        get { lock (_gate) return _ended; }
    }

    /// <summary>It holds a line from now on. False when it has ended, and the line is free.</summary>
    /// <param name="line">In which it is first.</param>
    /// <param name="shard">The line's shard.</param>
    /// <param name="waited">Whether <see cref="AddTurn"/> was called for the line.</param>
    public bool TryHold(WriteLine line, int shard, bool waited)
    {
        lock (_gate)
        {
            if (_ended) return false;
            (_held[shard] ??= []).Add(line);
            if (waited && --_missing == 0) _ready?.TrySetResult();
            return true;
        }
    }

    /// <summary>It has a place in a line in which others are before it: its turn there is still to come.</summary>
    public void AddTurn()
    {
        lock (_gate) _missing++;
    }

    /// <summary>Completes when it is first in every line; at once if all were empty.</summary>
    public Task WhenFirstAsync()
    {
        lock (_gate)
        {
            if (_missing == 0) return Task.CompletedTask;
            _ready ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _ready.Task;
        }
    }

    /// <summary>It is done, or was cancelled before it began.</summary>
    /// <returns>The lines that it held, by shard.</returns>
    public List<WriteLine>?[] End()
    {
        lock (_gate)
        {
            _ended = true;
            return _held;
        }
    }
}
