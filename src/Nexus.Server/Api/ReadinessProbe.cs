using Nexus.Errors;

namespace Nexus.Server.Api;

/// <summary>Checks whether the store is available. Concurrent checks share one query, because the route needs no key.</summary>
internal sealed class ReadinessProbe(NexusDb db, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long a result is reused.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private Task<bool>? _asked;
    private long _askedAt;

    /// <summary>Whether the store is available.</summary>
    public Task<bool> AskAsync()
    {
        lock (_gate)
        {
            if (_asked is { IsCompleted: false } || (_asked is not null && clock.GetElapsedTime(_askedAt) < Freshness)) return _asked;
            _askedAt = clock.GetTimestamp();
            return _asked = AskStoreAsync();
        }
    }

    private async Task<bool> AskStoreAsync()
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        try
        {
            await db.GetTimeAsync(patience.Token);
            return true;
        }
        catch (Exception error) when (error is NexusException or OperationCanceledException)
        {
            return false;
        }
    }
}
