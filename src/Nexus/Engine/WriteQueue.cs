using Nexus.Errors;

namespace Nexus.Engine;

/// <summary>
/// Gathers the writes that arrive while a batch is in flight and commits them together, so that a thousand writers share a commit and a single one
/// does not wait: there is no timer. Each writer serves its share of the keys, so that the order per key is kept and two writers never touch
/// the same record. Callers with many writes have a separate lane, in the same order and within the same bounds.
/// </summary>
internal sealed class WriteQueue : IAsyncDisposable
{
    private readonly HistoryMode _history;
    private readonly IStateWriter _store;
    private readonly EngineTelemetry? _telemetry;
    private readonly WriteShard[] _shards;
    private readonly QueueRoom _room;
    private readonly SemaphoreSlim _lane;
    private readonly int _lanes;
    private readonly int _writers;
    private readonly Lock _bulkGate = new();
    private TaskCompletionSource? _bulksEnded;
    private int _bulks;
    private int _bulkPending;
    private bool _stopped;

    /// <param name="store">Applies the batches.</param>
    /// <param name="writers">
    /// How many batches of single writes may be in flight at once for each of the store's lanes, and how many batches from callers.
    /// </param>
    /// <param name="maxBatchSize">Records at most in one commit of single writes.</param>
    /// <param name="capacity">Writes in memory at most; beyond it callers wait.</param>
    /// <param name="telemetry">Reports operations and commits.</param>
    /// <param name="history">Which changes keep their author.</param>
    public WriteQueue(IStateWriter store, int writers, int maxBatchSize, int capacity, EngineTelemetry? telemetry = null,
        HistoryMode history = HistoryMode.Off)
    {
        (_store, _telemetry, _history) = (store, telemetry, history);
        (_room, _lane) = (new QueueRoom(capacity), new SemaphoreSlim(writers, writers));
        (_lanes, _writers) = (store.Lanes, writers);
        _shards = [.. Enumerable.Range(0, writers * _lanes).Select(number => new WriteShard(store, number, maxBatchSize, _room, telemetry))];
    }

    /// <summary>Writes that wait or are in flight now, each of a batch counted.</summary>
    public int Pending => _shards.Sum(shard => shard.Pending) + Volatile.Read(ref _bulkPending);

    /// <summary>
    /// Completes when the write is durable or has its own outcome. A write whose caller cancels before its batch was taken is not written;
    /// after that the outcome is reported as it is.
    /// </summary>
    /// <exception cref="OperationCanceledException">The write was not taken and will not be written.</exception>
    /// <exception cref="StoreUnavailableException">The store is unavailable, or the queue was stopped; nothing was written.</exception>
    public ValueTask<WriteOutcome> WriteAsync(Write write, CancellationToken cancellationToken) =>
        _telemetry is { IsObserved: true } telemetry
            ? telemetry.OperateAsync(write, AdmitAsync, cancellationToken)
            : AdmitAsync(write, cancellationToken);

    private ValueTask<WriteOutcome> AdmitAsync(Write write, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<WriteOutcome>(cancellationToken);
        if (WriteJournal.Current is { } journal) return new ValueTask<WriteOutcome>(journal.WriteAsync(this, write, cancellationToken));
        write = ChangeAuthor.Sign(write, _history);
        return _room.TryEnter(1) ? ShardOf(write).EnqueueAsync(write, cancellationToken) : EnqueueWhenRoomAsync(write, cancellationToken);
    }

    /// <summary>
    /// Applies many writes as one batch, after the writes to the same records that were queued before and before those that are queued later.
    /// Cancelled before it is handed to the store, nothing of it is written; after that its outcomes are reported as they are.
    /// </summary>
    /// <param name="writes">At most one for each record.</param>
    /// <param name="atomic">All or none.</param>
    /// <param name="cancellationToken">Ends the wait for room, for earlier writes and for the lane.</param>
    /// <returns>The outcome of each, in the order of <paramref name="writes"/>.</returns>
    /// <exception cref="OperationCanceledException">Nothing was written and nothing will be.</exception>
    /// <exception cref="StoreUnavailableException">The store is unavailable, or the queue was stopped; nothing was written.</exception>
    public async Task<WriteOutcome[]> WriteBatchAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken)
    {
        if (writes.Count == 0) return [];
        if (atomic && WriteJournal.Current is { } journal) return await journal.WriteAsync(this, writes, cancellationToken).ConfigureAwait(false);
        if (_history != HistoryMode.Off && ChangeAuthor.Current is not null) writes = [.. writes.Select(write => ChangeAuthor.Sign(write, _history))];
        cancellationToken.ThrowIfCancellationRequested();
        var bulk = await EnterAsync(writes, cancellationToken).ConfigureAwait(false);
        try
        {
            await bulk.WhenFirstAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            await _lane.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var outcomes = _telemetry is { IsObserved: true } telemetry
                    ? await telemetry.CommitAsync(writes.Count, [], () =>
                        _store.ApplyAsync(writes, atomic, CancellationToken.None)).ConfigureAwait(false)
                    : await _store.ApplyAsync(writes, atomic, CancellationToken.None).ConfigureAwait(false);
                WriteShard.SuspectStale(_store, writes, outcomes);
                return outcomes;
            }
            finally
            {
                _lane.Release();
            }
        }
        finally
        {
            End(bulk, writes.Count);
            _room.Leave(writes.Count);
        }
    }

    /// <summary>Takes no more writes and waits until what was taken is written, or until cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task bulksEnded;
        lock (_bulkGate)
        {
            _stopped = true;
            if (_bulks > 0) _bulksEnded ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            bulksEnded = _bulksEnded?.Task ?? Task.CompletedTask;
        }
        foreach (var shard in _shards) shard.Stop();
        // Batches wait for single writes, and single writes for batches; those that wait behind a batch are driven once it has ended.
        await bulksEnded.WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var shard in _shards) await shard.WhenIdleAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _lane.Dispose();
    }

    internal static StoreUnavailableException Stopped() => new(StoreUnavailableReason.Stopped, "the engine is stopping and takes no more writes");

    private async ValueTask<WriteOutcome> EnqueueWhenRoomAsync(Write write, CancellationToken cancellationToken)
    {
        var shard = ShardOf(write);
        ValueTask<WriteOutcome> outcome = default;
        await _room.EnterAsync(
            1,
            () =>
            {
                outcome = shard.EnqueueAsync(write, cancellationToken, out var start);
                return start ? shard.StartDriving : null;
            },
            cancellationToken).ConfigureAwait(false);
        return await outcome.ConfigureAwait(false);
    }

    private async ValueTask<BulkWrite> EnterAsync(IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        BulkWrite? bulk = null;
        if (!_room.TryEnter(writes.Count))
        {
            await _room.EnterAsync(
                writes.Count,
                () =>
                {
                    bulk = Enter(writes);
                    return null;
                },
                cancellationToken).ConfigureAwait(false);
            return bulk!;
        }
        try
        {
            return Enter(writes);
        }
        catch
        {
            _room.Leave(writes.Count);
            throw;
        }
    }

    private BulkWrite Enter(IReadOnlyList<Write> writes)
    {
        var keys = new WriteKey[writes.Count];
        var shards = new int[keys.Length];
        for (var n = 0; n < keys.Length; n++)
        {
            keys[n] = writes[n].Key;
            shards[n] = NumberOf(writes[n], keys[n]);
        }
        var bulk = new BulkWrite(_shards.Length);
        // One batch at a time enters all its lines: two that share records have the same order in each, so that neither waits for the
        // other for ever.
        lock (_bulkGate)
        {
            if (_stopped) throw Stopped();
            _bulks++;
            _bulkPending += keys.Length;
            if (Array.TrueForAll(_shards, shard => shard.TryEnter(bulk, keys, shards))) return bulk;
        }
        End(bulk, keys.Length);
        throw new ArgumentException("a batch may contain each record only once", nameof(writes));
    }

    /// <summary>
    /// The batch releases its lines. They continue before the batch is no longer counted, so that a stop waits for the writes behind it.
    /// </summary>
    private void End(BulkWrite bulk, int writes)
    {
        var held = bulk.End();
        for (var n = 0; n < held.Length; n++)
        {
            if (held[n] is { } lines) _shards[n].Release(lines);
        }
        lock (_bulkGate)
        {
            _bulkPending -= writes;
            if (--_bulks == 0) _bulksEnded?.TrySetResult();
        }
    }

    /// <summary>Whether records are on several shards, which commit separately.</summary>
    public bool HasShards => _lanes > 1;

    private WriteShard ShardOf(Write write) => _shards[NumberOf(write, write.Key)];

    private int NumberOf(Write write, WriteKey key)
    {
        var writer = (int)(key.StableHash % (uint)_writers);
        return _lanes == 1 ? writer : (_store.LaneOf(write) % _lanes * _writers) + writer;
    }
}
