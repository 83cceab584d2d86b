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
/// <param name="Staleness">
/// Age of the local replica; zero while PostgreSQL serves and nothing remains to be compared, null if the replica was never complete.
/// </param>
/// <param name="Pending">Writes in the outbox that are not in PostgreSQL yet.</param>
/// <param name="Conflicts">Writes that conflict with the stored record and wait for a decision.</param>
/// <param name="Quarantined">Writes that PostgreSQL refused.</param>
/// <param name="Replayed">Writes replayed since the start.</param>
public sealed record FallbackStatus(
    FallbackMode Mode, bool IsLocal, StoreUnavailableReason? Reason, string? Message, DateTimeOffset? Since, TimeSpan? Staleness, long Pending,
        long Conflicts, long Quarantined, long Replayed)
{
    /// <summary>What the local replica holds.</summary>
    public FallbackCopy Copy { get; init; }

    /// <summary>
    /// The share of the records that the local replica has compared or copied, 0 to 1; 1 while nothing remains. It begins again at each start, after
    /// an outage, and where changes of other instances were missed.
    /// </summary>
    public double CopyProgress { get; init; }

    /// <summary>Records that the local replica has read from PostgreSQL since the start.</summary>
    public long CopiedRecords { get; init; }

    /// <summary>The size of the pending writes, in bytes.</summary>
    public long OutboxBytes { get; init; }

    /// <summary>The size limit of the pending writes, in bytes.</summary>
    public long OutboxLimit { get; init; }

    /// <summary>What the local replica holds, as settings name it: <c>all</c>, <c>access</c> or <c>none</c>.</summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public string CopyName => FallbackCopies.NameOf(Copy);

    /// <summary>The mode as settings name it: <c>off</c>, <c>read-only</c> or <c>read-write</c>.</summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public string ModeName => FallbackModes.NameOf(Mode);
}
