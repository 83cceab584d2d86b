namespace Nexus.Storage;

/// <summary>Loads rows by key: what is asked for while a load is on its way goes together in the next one. No timer: a lone load waits for nothing.</summary>
internal sealed class LoadGatherer<TRow>(Func<TRow, string> keyOf, Func<IReadOnlyCollection<string>, CancellationToken, Task<IReadOnlyList<TRow>>> load)
    where TRow : class
{
    /// <summary>One load reads, one is made ready: more would only share the same server.</summary>
    private const int MaxInFlight = 2;

    private const int MaxKeys = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<CacheEntry<TRow>> _waiting = new();
    private int _inFlight;

    /// <summary>Completes with the entry: its row, or null where there is none.</summary>
    public Task<TRow?> LoadAsync(CacheEntry<TRow> entry)
    {
        lock (_gate)
        {
            _waiting.Enqueue(entry);
            if (_inFlight == MaxInFlight) return entry.Task;
            _inFlight++;
        }
        // As in WriteShard: the loads outlive this caller and must not run in its trace.
        if (ExecutionContext.IsFlowSuppressed()) _ = DriveAsync();
        else
        {
            using (ExecutionContext.SuppressFlow()) _ = DriveAsync();
        }
        return entry.Task;
    }

    private async Task DriveAsync()
    {
        while (Take() is { } batch)
        {
            try
            {
                var rows = await load([.. batch.Keys], CancellationToken.None).ConfigureAwait(false);
                foreach (var row in rows)
                {
                    if (batch.Remove(keyOf(row), out var entries)) Complete(entries, row);
                }
                foreach (var entries in batch.Values) Complete(entries, null);
            }
            catch (Exception error)
            {
                foreach (var entry in batch.Values.SelectMany(entries => entries)) entry.Fail(error);
            }
        }
    }

    private Dictionary<string, List<CacheEntry<TRow>>>? Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _inFlight--;
                return null;
            }
            var batch = new Dictionary<string, List<CacheEntry<TRow>>>(Math.Min(_waiting.Count, MaxKeys), StringComparer.Ordinal);
            while (batch.Count < MaxKeys && _waiting.TryDequeue(out var entry))
            {
                // The same key twice: dropped while its load waited, and asked for again.
                if (!batch.TryGetValue(entry.Key, out var entries)) batch[entry.Key] = entries = new List<CacheEntry<TRow>>(1);
                entries.Add(entry);
            }
            return batch;
        }
    }

    private static void Complete(List<CacheEntry<TRow>> entries, TRow? row)
    {
        foreach (var entry in entries) entry.Complete(row);
    }
}
