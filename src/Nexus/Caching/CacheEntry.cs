namespace Nexus.Caching;

/// <summary>A row in memory, or on its way there.</summary>
internal sealed class CacheEntry<TRow>(string key)
    where TRow : class
{
    // Only until the row is here: what is kept for long is the row.
    private volatile TaskCompletionSource<TRow?>? _loading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TRow? _row;

    public string Key { get; } = key;

    /// <summary>Bytes that the cache counts for it; written under the cache's lock.</summary>
    public long Bytes { get; set; } = (2 * key.Length) + IHasSize.Overhead;

    /// <summary>Another entry of the same key that waits for the same load.</summary>
    public CacheEntry<TRow>? Twin { get; set; }

    /// <summary>The hit path: no task is looked at.</summary>
    public bool TryGetLoaded(out TRow? row)
    {
        var isLoaded = _loading is null;
        row = isLoaded ? _row : null;
        return isLoaded;
    }

    /// <summary>Completes at once when the row is in memory.</summary>
    public ValueTask<TRow?> GetAsync(CancellationToken cancellationToken) =>
        _loading is { } loading ? new ValueTask<TRow?>(loading.Task.WaitAsync(cancellationToken)) : new ValueTask<TRow?>(_row);

    public void Complete(TRow? row)
    {
        if (_loading is not { } loading) return;
        _row = row;
        _loading = null;
        loading.SetResult(row);
    }

    public void Fail(Exception error)
    {
        if (_loading is not { } loading) return;
        loading.SetException(error);
        // Every caller may have left: nobody else looks at the error then.
        _ = loading.Task.Exception;
    }
}
