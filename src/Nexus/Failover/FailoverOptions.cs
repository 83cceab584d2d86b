using Nexus.Postgres;

namespace Nexus.Failover;

/// <summary>The two stores of the fallback and when the second one serves.</summary>
/// <param name="Postgres">The store that serves while it is available.</param>
/// <param name="DataFolder">The folder of the local replica and the outbox.</param>
/// <param name="Mode">What the local replica serves.</param>
/// <param name="After">How long a call waits for PostgreSQL, above zero.</param>
/// <param name="MayStartEmpty">Whether to start while PostgreSQL is unavailable although there is no replica yet.</param>
/// <param name="Copy">What the local replica holds.</param>
/// <param name="OutboxBytes">The size limit of the outbox, above zero.</param>
internal sealed record FailoverOptions(
    PostgresOptions Postgres, string DataFolder, FallbackMode Mode, TimeSpan After, bool MayStartEmpty, FallbackCopy Copy, long OutboxBytes)
{
    /// <summary>The shard whose store this is, which the category of the logs names; null for a database without shards.</summary>
    public int? Shard { get; init; }

    /// <summary>
    /// How old a moment of the server must be before the replica is held to have every change until then: far longer than a notice takes, and than
    /// the loss of one takes to be noticed.
    /// </summary>
    public TimeSpan SettleAfter { get; init; } = TimeSpan.FromSeconds(30);
}
