using Nexus.Failover;

namespace Nexus.Operations.Status;

/// <summary>The outbox of a data folder.</summary>
/// <param name="Pending">Acknowledged writes that are not in PostgreSQL yet.</param>
/// <param name="Conflicts">Writes in conflict with another version of their record.</param>
/// <param name="Quarantined">Writes that PostgreSQL refused.</param>
public sealed record OutboxStatus(long Pending, long Conflicts, long Quarantined)
{
    internal static OutboxStatus Of(OutboxCounts counts) => new(counts.Pending, counts.Conflicts, counts.Quarantined);
}
