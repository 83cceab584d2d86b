using System.Text.Json.Serialization;
using Nexus.Failover;
using Nexus.Operations.Status;

namespace Nexus.Operations.Outbox;

/// <summary>The conflicts and quarantined writes of an outbox.</summary>
/// <param name="Outbox">The counts.</param>
/// <param name="Conflicts">Writes in conflict with another version of their record, with both versions; the first 1,000.</param>
/// <param name="Quarantined">Writes that PostgreSQL refused, with the reason; the first 1,000.</param>
public sealed record OutboxReport(OutboxStatus Outbox, IReadOnlyList<OutboxConflict> Conflicts, IReadOnlyList<QuarantinedWrite> Quarantined)
{
    /// <summary>Whether nothing needs a decision.</summary>
    public bool Ok => Conflicts.Count == 0 && Quarantined.Count == 0;
}
