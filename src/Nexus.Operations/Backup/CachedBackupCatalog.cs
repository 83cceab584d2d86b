namespace Nexus.Operations.Backup;

/// <summary>A catalog that reads its target once in a while, for pages and metrics that are asked often.</summary>
/// <param name="inner">Reads the target.</param>
/// <param name="maxAge">How old an answer may be.</param>
/// <param name="clock">The clock.</param>
public sealed class CachedBackupCatalog(IBackupCatalog inner, TimeSpan maxAge, TimeProvider clock) : IBackupCatalog, IDisposable
{
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile BackupStatus? _last;
    private long _readAt;

    /// <summary>What was read last; null before the first read.</summary>
    public BackupStatus? Last => _last;

    /// <inheritdoc/>
    public async Task<BackupStatus> ReadAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_last is { } last && clock.GetElapsedTime(_readAt) < maxAge) return last;
            var read = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
            (_last, _readAt) = (read, clock.GetTimestamp());
            return read;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The next call reads the target.</summary>
    public void Forget() => _last = null;

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();
}
