namespace Nexus.Server.Api;

/// <summary>Lets the repeats of one request to this process wait for each other.</summary>
internal sealed class RequestLocks(TimeProvider clock)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Enters when nobody else is inside.</summary>
    /// <returns>Null if that took too long.</returns>
    public async Task<IDisposable?> EnterAsync(string name, TimeSpan patience, CancellationToken cancellationToken)
    {
        Entry? entry;
        lock (_entries)
        {
            if (!_entries.TryGetValue(name, out entry)) _entries.Add(name, entry = new Entry());
            entry.Callers++;
        }
        var isInside = false;
        try
        {
            using var limit = new CancellationTokenSource(patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            await entry.Gate.WaitAsync(either.Token);
            isInside = true;
            return new Holder(this, name, entry);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (!isInside) Leave(name, entry);
        }
    }

    private void Leave(string name, Entry entry)
    {
        lock (_entries)
        {
            if (--entry.Callers > 0) return;
            _entries.Remove(name);
        }
        entry.Gate.Dispose();
    }

    private sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int Callers { get; set; }
    }

    private sealed class Holder(RequestLocks locks, string name, Entry entry) : IDisposable
    {
        public void Dispose()
        {
            entry.Gate.Release();
            locks.Leave(name, entry);
        }
    }
}
