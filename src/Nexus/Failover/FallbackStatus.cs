using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Failover;

/// <summary>The state of the failover.</summary>
/// <param name="Mode">What happens while PostgreSQL is unavailable.</param>
/// <param name="IsLocal">Whether the local replica serves: reads may be stale, and writes go to the outbox.</param>
/// <param name="Reason">Why the local replica serves; null while it does not.</param>
/// <param name="Message">The reason in words.</param>
/// <param name="Since">When the outage began.</param>
/// <param name="Staleness">Age of the local replica; zero while PostgreSQL serves, null if the replica was never complete.</param>
/// <param name="Pending">Writes in the outbox that are not in PostgreSQL yet.</param>
/// <param name="Conflicts">Writes that conflict with the stored record and wait for a decision.</param>
/// <param name="Quarantined">Writes that PostgreSQL refused.</param>
/// <param name="Replayed">Writes replayed since the start.</param>
public sealed record FallbackStatus(
    FallbackMode Mode, bool IsLocal, StoreUnavailableReason? Reason, string? Message, DateTimeOffset? Since, TimeSpan? Staleness, long Pending,
        long Conflicts, long Quarantined, long Replayed)
{
    /// <summary>The mode as settings name it: <c>off</c>, <c>read-only</c> or <c>read-write</c>.</summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public string ModeName => FallbackModes.NameOf(Mode);
}
