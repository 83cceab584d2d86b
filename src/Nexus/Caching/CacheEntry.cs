using Nexus.Engine;

namespace Nexus.Caching;

/// <summary>A row in memory, or on its way there.</summary>
internal sealed class CacheEntry<TRow>(string key)
    where TRow : class
{
    // Only until the row is here: what is kept for long is the row.
    private volatile TaskCompletionSource<TRow?>? _loading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TRow? _row;
    private ReplicaSource? _replica;

    public string Key { get; } = key;

    /// <summary>Bytes that the cache counts for it; written under the cache's lock.</summary>
    public long Bytes { get; set; } = (2 * key.Length) + IHasSize.Overhead;

    /// <summary>Another entry of the same key that waits for the same load.</summary>
    public CacheEntry<TRow>? Twin { get; set; }

    /// <summary>The hit path: no task is read.</summary>
    public bool TryGetLoaded(out TRow? row)
    {
        var isLoaded = _loading is null;
        row = isLoaded ? _row : null;
        if (isLoaded && _replica is { } replica) AnswerSource.Read(replica);
        return isLoaded;
    }

    /// <summary>Completes at once when the row is in memory.</summary>
    public ValueTask<TRow?> GetAsync(CancellationToken cancellationToken)
    {
        if (_loading is { } loading) return WaitAsync(loading.Task, cancellationToken);
        TryGetLoaded(out var row);
        return new ValueTask<TRow?>(row);
    }

    /// <param name="row">Null where there is none.</param>
    /// <param name="replica">The local replica that served the read; null if the store did.</param>
    public void Complete(TRow? row, ReplicaSource? replica)
    {
        if (_loading is not { } loading) return;
        (_row, _replica) = (row, replica);
        _loading = null;
        loading.SetResult(row);
    }

    private async ValueTask<TRow?> WaitAsync(Task<TRow?> loading, CancellationToken cancellationToken)
    {
        var row = await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        // Each waiting caller records the source of its own result, not that of the caller for which it was loaded.
        if (_replica is { } replica) AnswerSource.Read(replica);
        return row;
    }

    public void Fail(Exception error)
    {
        if (_loading is not { } loading) return;
        loading.SetException(error);
        // All callers may have left: this observes the error.
        _ = loading.Task.Exception;
    }
}
