namespace Nexus.Failover;

/// <summary>What stands in for PostgreSQL: one local replica with its outbox, or one for each shard.</summary>
internal interface IFallback
{
    /// <summary>The state now. Makes no call to a store.</summary>
    FallbackStatus Status { get; }

    /// <summary>Outages of PostgreSQL since the start.</summary>
    long Outages { get; }

    /// <summary>As <see cref="Outbox.AdoptAsync"/>.</summary>
    Task AdoptOutboxAsync(CancellationToken cancellationToken);

    /// <summary>Conflicts and quarantine.</summary>
    IOutboxAdministration Administration { get; }
}
