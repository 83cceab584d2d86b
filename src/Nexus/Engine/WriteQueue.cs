using Nexus.Errors;

namespace Nexus.Engine;

/// <summary>
/// Gathers what arrives while the last batch is in flight and commits it together, so that a thousand savers share a commit and a lone one
/// waits for nothing: there is no timer. Each writer serves its share of the keys, so the order per key holds and two writers never touch
/// the same record.
/// </summary>
internal sealed class WriteQueue : IAsyncDisposable
{
    private readonly WriteShard[] _shards;
    private readonly SemaphoreSlim _room;
    private volatile bool _stopped;

    /// <param name="store">Applies the batches.</param>
    /// <param name="writers">How many batches may be in flight at once.</param>
    /// <param name="maxBatchSize">Records in one commit at most.</param>
    /// <param name="capacity">Writes in memory at most; beyond it callers wait.</param>
    public WriteQueue(IStateWriter store, int writers, int maxBatchSize, int capacity)
    {
        _room = new SemaphoreSlim(capacity, capacity);
        _shards = [.. Enumerable.Range(0, writers).Select(_ => new WriteShard(store, maxBatchSize, _room))];
    }

    /// <summary>Writes that wait or are in flight now.</summary>
    public int Pending => _shards.Sum(shard => shard.Pending);

    /// <summary>
    /// Completes when the write is durable or has its own outcome. A write whose caller cancels before its batch was taken is not written;
    /// after that the outcome is reported as it is.
    /// </summary>
    /// <exception cref="OperationCanceledException">The write was not taken and will not be written.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot answer, or the queue was stopped; nothing was written.</exception>
    public ValueTask<WriteOutcome> WriteAsync(Write write, CancellationToken cancellationToken)
    {
        var room = _room.WaitAsync(cancellationToken);
        return room.IsCompletedSuccessfully ? EnqueueAsync(write, cancellationToken) : EnqueueWhenRoomAsync(room, write, cancellationToken);
    }

    /// <summary>Takes no more writes and waits until what was taken is written, or until cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        foreach (var shard in _shards) await shard.WhenIdleAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _room.Dispose();
    }

    private async ValueTask<WriteOutcome> EnqueueWhenRoomAsync(Task room, Write write, CancellationToken cancellationToken)
    {
        await room.ConfigureAwait(false);
        return await EnqueueAsync(write, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<WriteOutcome> EnqueueAsync(Write write, CancellationToken cancellationToken)
    {
        if (!_stopped) return ShardOf(write.Key).EnqueueAsync(write, cancellationToken);
        _room.Release();
        return ValueTask.FromException<WriteOutcome>(new StoreUnavailableException(StoreUnavailableReason.Stopped, "the engine is stopping and takes no more writes"));
    }

    private WriteShard ShardOf(WriteKey key) => _shards[(uint)key.GetHashCode() % (uint)_shards.Length];
}
