namespace Nexus.Storage;

/// <summary>A row in memory, or on its way there.</summary>
internal sealed class CacheEntry<TRow>(string key)
    where TRow : class
{
    private readonly TaskCompletionSource<TRow?> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TRow? _row;
    private volatile bool _isLoaded;

    public string Key { get; } = key;

    public Task<TRow?> Task => _source.Task;

    /// <summary>The hit path: no task is looked at.</summary>
    public bool TryGetLoaded(out TRow? row)
    {
        row = _isLoaded ? _row : null;
        return _isLoaded;
    }

    public void Complete(TRow? row)
    {
        _row = row;
        _isLoaded = true;
        _source.TrySetResult(row);
    }

    public void Fail(Exception error) => _source.TrySetException(error);
}
