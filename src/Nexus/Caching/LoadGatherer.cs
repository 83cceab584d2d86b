using Nexus.Engine;

namespace Nexus.Caching;

/// <summary>
/// Loads rows by key: what is asked for while a load is on its way goes together in the next one. No timer: a lone load waits for nothing.
/// </summary>
/// <param name="keyOf">The key of a row.</param>
/// <param name="load">Reads the rows of many keys, leaving out those without one.</param>
/// <param name="loaded">Called with each row that was loaded, before its callers complete.</param>
/// <param name="forget">Called with each entry whose load failed, before its callers complete.</param>
internal sealed class LoadGatherer<TRow>(
    Func<TRow, string> keyOf,
    Func<IReadOnlyCollection<string>, CancellationToken, Task<IReadOnlyList<TRow>>> load,
    Action<CacheEntry<TRow>, TRow> loaded,
    Action<CacheEntry<TRow>> forget)
    where TRow : class
{
    /// <summary>One load runs while the next is prepared: more would only share the same server.</summary>
    private const int MaxInFlight = 2;

    private const int MaxKeys = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<CacheEntry<TRow>> _waiting = new();
    private int _inFlight;

    /// <summary>Takes the entry into a load: it completes with its row, with null where there is none, or with the load's error.</summary>
    public void Add(CacheEntry<TRow> entry)
    {
        lock (_gate)
        {
            _waiting.Enqueue(entry);
            if (_inFlight == MaxInFlight) return;
            _inFlight++;
        }
        // As in WriteShard: the loads outlive this caller and must not run in its trace.
        if (ExecutionContext.IsFlowSuppressed()) _ = DriveAsync();
        else
        {
            using (ExecutionContext.SuppressFlow()) _ = DriveAsync();
        }
    }

    private async Task DriveAsync()
    {
        while (Take() is { } batch)
        {
            try
            {
                var rows = await load([.. batch.Keys], CancellationToken.None).ConfigureAwait(false);
                var replica = ReplicaRows.SourceOf(rows);
                foreach (var row in rows)
                {
                    if (batch.Remove(keyOf(row), out var entry)) Complete(entry, row, replica);
                }
                foreach (var entry in batch.Values) Complete(entry, null, replica);
            }
            catch (Exception error)
            {
                foreach (var entry in batch.Values) Fail(entry, error);
            }
        }
    }

    private Dictionary<string, CacheEntry<TRow>>? Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _inFlight--;
                return null;
            }
            var batch = new Dictionary<string, CacheEntry<TRow>>(Math.Min(_waiting.Count, MaxKeys), StringComparer.Ordinal);
            while (batch.Count < MaxKeys && _waiting.TryDequeue(out var entry))
            {
                // The same key twice: it was invalidated while its load waited, and requested again.
                if (!batch.TryAdd(entry.Key, entry)) (entry.Twin, batch[entry.Key].Twin) = (batch[entry.Key].Twin, entry);
            }
            return batch;
        }
    }

    private void Complete(CacheEntry<TRow> first, TRow? row, ReplicaSource? replica)
    {
        for (var entry = first; entry is not null; entry = entry.Twin)
        {
            if (row is not null) loaded(entry, row);
            entry.Complete(row, replica);
        }
    }

    private void Fail(CacheEntry<TRow> first, Exception error)
    {
        for (var entry = first; entry is not null; entry = entry.Twin)
        {
            forget(entry);
            entry.Fail(error);
        }
    }
}
