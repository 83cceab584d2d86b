using Nexus.Errors;
using Nexus.Failover;

namespace Nexus;

/// <summary>The outbox of the failover: writes that wait for PostgreSQL, and conflicts and quarantined writes that need a decision.</summary>
public sealed class NexusOutbox
{
    private readonly IFallback _fallback;

    internal NexusOutbox(IFallback fallback) => _fallback = fallback;

    /// <summary>The state of the failover now. Makes no call to a store.</summary>
    public FallbackStatus Status => _fallback.Status;

    /// <summary>Conflicts in the order of their numbers.</summary>
    /// <param name="after">Only those after this number.</param>
    /// <param name="limit">The most entries to return, 1 or more.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">The limit is below 1.</exception>
    /// <example><code>foreach (var conflict in await db.Outbox!.ListConflictsAsync()) Console.WriteLine(conflict.Reason);</code></example>
    public async Task<IReadOnlyList<OutboxConflict>> ListConflictsAsync(long after = 0, int limit = 100,
        CancellationToken cancellationToken = default) =>
        await _fallback.Administration.ListConflictsAsync(after, Validation.Limit(limit)!.Value, cancellationToken).ConfigureAwait(false);

    /// <summary>Writes in the quarantine, in the order of their numbers.</summary>
    /// <param name="after">Only those after this number.</param>
    /// <param name="limit">The most entries to return, 1 or more.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">The limit is below 1.</exception>
    /// <example><code>foreach (var write in await db.Outbox!.ListQuarantinedAsync()) Console.WriteLine(write.Reason);</code></example>
    public async Task<IReadOnlyList<QuarantinedWrite>> ListQuarantinedAsync(long after = 0, int limit = 100,
        CancellationToken cancellationToken = default) =>
        await _fallback.Administration.ListQuarantinedAsync(after, Validation.Limit(limit)!.Value, cancellationToken).ConfigureAwait(false);

    /// <summary>Resolves a conflict. Applies the chosen version to PostgreSQL if it is not there already.</summary>
    /// <returns>False if there is no conflict with this number.</returns>
    /// <param name="id">The number of the conflict.</param>
    /// <param name="keep">The version that wins.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreRejectedException">Nexus did not write the entry, or it was altered in the file.</exception>
    /// <example><code>await db.Outbox!.ResolveAsync(conflict.Id, ConflictWinner.Remote);</code></example>
    public Task<bool> ResolveAsync(long id, ConflictWinner keep, CancellationToken cancellationToken = default) =>
        Enum.IsDefined(keep)
            ? _fallback.Administration.ResolveAsync(id, keep, cancellationToken)
            : throw new NexusValidationException("keep", "must be Remote or Local");

    /// <summary>Puts a quarantined write back into the outbox, for example after a constraint was fixed.</summary>
    /// <returns>False if the quarantine has no write with this number.</returns>
    /// <param name="id">The number of the write.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreRejectedException">Nexus did not write the entry, or it was altered in the file.</exception>
    /// <example><code>await db.Outbox!.RetryAsync(write.Id);</code></example>
    public Task<bool> RetryAsync(long id, CancellationToken cancellationToken = default) =>
        _fallback.Administration.ReleaseAsync(id, retry: true, cancellationToken);

    /// <summary>Removes the conflicts and quarantined writes of a chat that is erased.</summary>
    /// <returns>How many there were.</returns>
    /// <param name="chatId">The chat.</param>
    /// <param name="isPreview">Only counts them.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <example><code>await db.Outbox!.ForgetAsync(1001);</code></example>
    public Task<int> ForgetAsync(Chats.ChatId chatId, bool isPreview = false, CancellationToken cancellationToken = default) =>
        _fallback.Administration.ForgetAsync(chatId.Value, isPreview, cancellationToken);

    /// <summary>Discards a quarantined write permanently.</summary>
    /// <returns>False if the quarantine has no write with this number.</returns>
    /// <param name="id">The number of the write.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <example><code>await db.Outbox!.DiscardAsync(write.Id);</code></example>
    public Task<bool> DiscardAsync(long id, CancellationToken cancellationToken = default) =>
        _fallback.Administration.ReleaseAsync(id, retry: false, cancellationToken);
}
