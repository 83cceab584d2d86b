using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Failover;

/// <summary>What an outbox holds at one moment.</summary>
/// <param name="Counts">How much it holds.</param>
/// <param name="Conflicts">The first conflicts, in the order of their numbers.</param>
/// <param name="Quarantined">The first quarantined writes, in the order of their numbers.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record OutboxListing(OutboxCounts Counts, IReadOnlyList<OutboxConflict> Conflicts, IReadOnlyList<QuarantinedWrite> Quarantined);
