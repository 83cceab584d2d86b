using System.Collections.Concurrent;
using Nexus.Engine;

namespace Nexus.Caching;

/// <summary>
/// Rows by key, kept until a change notice drops them. Callers that miss the same key share one load, and keys that miss while a load is on its way
/// go together in the next one: a thousand misses are a handful of queries.
/// </summary>
/// <remarks>
/// Read-your-writes: the notice of a commit comes before its acknowledgement and removes the entry, also one whose load is in progress, so no caller
/// joins a load that began before the commit. While notices cannot be received, nothing is served from memory.
/// </remarks>
/// <typeparam name="TRow">What is kept; the absence of a row is kept too.</typeparam>
internal sealed class ReadCache<TRow>
    where TRow : class
{
    private readonly Lock _gate = new();
    private readonly string _tableName;
    private readonly ChangeFeed _changes;
    private readonly CacheReads? _reads;
    private readonly LoadGatherer<TRow> _loads;
    private readonly int _halfCapacity;
    private readonly long _halfBytes;
    private long _youngBytes;

    // Two generations instead of a list in order of use: a lookup writes nothing, and what was not read during half a capacity of misses is
    // forgotten.
    private volatile ConcurrentDictionary<string, CacheEntry<TRow>> _young = NewGeneration();
    private ConcurrentDictionary<string, CacheEntry<TRow>> _old = NewGeneration();

    /// <param name="changes">Says what to drop.</param>
    /// <param name="table">Whose changes.</param>
    /// <param name="capacity">Rows kept at most.</param>
    /// <param name="maxBytes">Bytes kept at most, about.</param>
    /// <param name="keyOf">The key of a row.</param>
    /// <param name="load">Reads the rows of many keys, leaving out those without one.</param>
    /// <param name="reads">Counts hits and misses.</param>
    public ReadCache(
        ChangeFeed changes,
        RecordTable table,
        int capacity,
        long maxBytes,
        Func<TRow, string> keyOf,
        Func<IReadOnlyCollection<string>, CancellationToken, Task<IReadOnlyList<TRow>>> load,
        CacheReads? reads = null)
    {
        (_changes, _tableName, _halfCapacity, _halfBytes, _reads) = (changes, table.Name, Math.Max(1, capacity / 2), maxBytes / 2, reads);
        _loads = new LoadGatherer<TRow>(keyOf, load, Count, Remove);
        _changes.Published += Drop;
    }

    /// <summary>Whether the row, or its absence, is in memory.</summary>
    public bool TryGet(string key, out TRow? row)
    {
        row = null;
        if (!_changes.IsLive || !_young.TryGetValue(key, out var entry) || !entry.TryGetLoaded(out row)) return false;
        _reads?.CountHit();
        return true;
    }

    /// <summary>The row of a key, or null where there is none. Completes at once when it is in memory.</summary>
    public ValueTask<TRow?> GetAsync(string key, CancellationToken cancellationToken)
    {
        if (TryGet(key, out var row)) return new ValueTask<TRow?>(row);
        _reads?.CountMiss();
        if (_changes.IsLive) return Find(key).GetAsync(cancellationToken);
        var entry = new CacheEntry<TRow>(key);
        _loads.Add(entry);
        return entry.GetAsync(cancellationToken);
    }

    private CacheEntry<TRow> Find(string key)
    {
        CacheEntry<TRow> entry;
        // Misses, drops and the change of generations exclude each other: none may carry an entry past a notice that takes it away.
        lock (_gate)
        {
            if (_young.TryGetValue(key, out var present)) return present;
            if (_old.TryRemove(key, out var aged))
            {
                AddToYoung(aged);
                return aged;
            }
            AddToYoung(entry = new CacheEntry<TRow>(key));
        }
        _loads.Add(entry);
        return entry;
    }

    private void AddToYoung(CacheEntry<TRow> entry)
    {
        if (_young.Count >= _halfCapacity || _youngBytes >= _halfBytes)
        {
            (_old, _young) = (_young, NewGeneration(Math.Min(_young.Count, _halfCapacity)));
            _youngBytes = 0;
        }
        _young[entry.Key] = entry;
        _youngBytes += entry.Bytes;
    }

    private void Count(CacheEntry<TRow> entry, TRow row)
    {
        if (row is not IHasSize { Size: var size }) return;
        lock (_gate)
        {
            entry.Bytes += size;
            if (_young.TryGetValue(entry.Key, out var present) && present == entry) _youngBytes += size;
        }
    }

    private void RemoveFromYoung(string key, CacheEntry<TRow>? onlyThis = null)
    {
        if (!_young.TryGetValue(key, out var entry) || (onlyThis is not null && entry != onlyThis)) return;
        _young.TryRemove(key, out _);
        _youngBytes -= entry.Bytes;
    }

    private void Drop(IReadOnlyList<StateChange> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes)
            {
                if (change.Table != _tableName) continue;
                if (change.Id == StateChange.Everything)
                {
                    _young = NewGeneration();
                    _old = NewGeneration();
                    _youngBytes = 0;
                    continue;
                }
                RemoveFromYoung(change.Id);
                _old.TryRemove(change.Id, out _);
            }
        }
    }

    /// <summary>A load that failed is forgotten, so that the next caller tries again.</summary>
    private void Remove(CacheEntry<TRow> entry)
    {
        lock (_gate)
        {
            RemoveFromYoung(entry.Key, entry);
            _old.TryRemove(KeyValuePair.Create(entry.Key, entry));
        }
    }

    // One lock inside, since the gate lets one writer in at a time: each more is taken when the entries are counted and when the table grows.
    private static ConcurrentDictionary<string, CacheEntry<TRow>> NewGeneration(int capacity = 0) =>
        new(concurrencyLevel: 1, capacity, StringComparer.Ordinal);
}
