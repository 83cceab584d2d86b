using Nexus.Errors;
using Nexus.Stores;

namespace Nexus.Server.Dashboard;

/// <summary>
/// The status of the store for pages: at most one call every ten seconds for all readers, and a page does not wait for a slow store.
/// </summary>
internal sealed class StoreGlance(NexusDb db, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(150);

    private readonly Lock _gate = new();
    private Task _reading = Task.CompletedTask;
    private DateTimeOffset _startedAt;

    /// <summary>The status; null if it could not be read yet.</summary>
    public StoreStatus? Status { get; private set; }

    /// <summary>Why the last call failed; null if it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>Renews the status if it is old, and waits a moment for it.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        Task reading;
        lock (_gate)
        {
            if (_reading.IsCompleted && clock.GetUtcNow() - _startedAt >= Fresh)
            {
                _startedAt = clock.GetUtcNow();
                _reading = ReadAsync();
            }
            reading = _reading;
        }
        await reading.WaitAsync(Patience, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task ReadAsync()
    {
        try
        {
            Status = await db.GetStatusAsync(CancellationToken.None);
            Error = null;
        }
        catch (NexusException error)
        {
            Error = error.Message;
        }
    }
}
