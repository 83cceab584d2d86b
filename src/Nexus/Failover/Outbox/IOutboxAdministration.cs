namespace Nexus.Failover;

/// <summary>Lists what left the queue without being replayed, and carries out what an operator decides about it.</summary>
internal interface IOutboxAdministration
{
    /// <summary>Conflicts in the order of their numbers.</summary>
    Task<List<OutboxConflict>> ListConflictsAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Quarantined writes in the order of their numbers.</summary>
    Task<List<QuarantinedWrite>> ListQuarantinedAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Ends a conflict. False if there is none with the number.</summary>
    Task<bool> ResolveAsync(long id, ConflictWinner keep, CancellationToken cancellationToken);

    /// <summary>Puts a quarantined write back into the queue, or drops it. False if there is none with the number.</summary>
    Task<bool> ReleaseAsync(long id, bool retry, CancellationToken cancellationToken);

    /// <summary>Removes the conflicts and quarantined writes of a chat, or only counts them.</summary>
    Task<int> ForgetAsync(string chat, bool isPreview, CancellationToken cancellationToken);
}
