using Nexus.Failover;

namespace Nexus;

/// <summary>What was written while PostgreSQL was away: how much waits, and what needs a decision.</summary>
public sealed class NexusOutbox
{
    private readonly FailoverStore _store;

    internal NexusOutbox(FailoverStore store) => _store = store;

    /// <summary>How the fallback stands now. Costs nothing.</summary>
    public FallbackStatus Status => _store.Status;

    /// <summary>Conflicts by their numbers.</summary>
    /// <param name="after">Only those after this number.</param>
    /// <param name="limit">At most so many, 1 or more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<OutboxConflict>> ListConflictsAsync(long after = 0, int limit = 100, CancellationToken cancellationToken = default) =>
        await _store.Administration.ListConflictsAsync(after, limit, cancellationToken).ConfigureAwait(false);

    /// <summary>Refused writes by their numbers.</summary>
    /// <param name="after">Only those after this number.</param>
    /// <param name="limit">At most so many, 1 or more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<QuarantinedWrite>> ListQuarantinedAsync(long after = 0, int limit = 100, CancellationToken cancellationToken = default) =>
        await _store.Administration.ListQuarantinedAsync(after, limit, cancellationToken).ConfigureAwait(false);

    /// <summary>Ends a conflict. The version that is to hold goes to PostgreSQL where it is not the one that stands there.</summary>
    /// <returns>False where there is no conflict with the number.</returns>
    public Task<bool> ResolveAsync(long id, ConflictWinner keep, CancellationToken cancellationToken = default) => _store.Administration.ResolveAsync(id, keep, cancellationToken);

    /// <summary>Tries a refused write again, for example after a constraint was mended.</summary>
    /// <returns>False where there is none with the number.</returns>
    public Task<bool> RetryAsync(long id, CancellationToken cancellationToken = default) => _store.Administration.ReleaseAsync(id, retry: true, cancellationToken);

    /// <summary>Drops a refused write for good.</summary>
    /// <returns>False where there is none with the number.</returns>
    public Task<bool> DiscardAsync(long id, CancellationToken cancellationToken = default) => _store.Administration.ReleaseAsync(id, retry: false, cancellationToken);
}
