using Nexus.Errors;

namespace Nexus.Failover;

/// <summary>How the fallback stands.</summary>
/// <param name="Mode">What happens while PostgreSQL does not answer.</param>
/// <param name="IsLocal">Whether the local copy serves at the moment: what is read may be stale, what is written goes to the outbox.</param>
/// <param name="Reason">Why, where it does.</param>
/// <param name="Message">The same in words.</param>
/// <param name="Since">Since when.</param>
/// <param name="Staleness">How old the copy is; zero while PostgreSQL serves, null when the copy was never complete.</param>
/// <param name="Pending">Writes in the outbox that PostgreSQL has not got yet.</param>
/// <param name="Conflicts">Writes that met another version of their record and wait for a decision.</param>
/// <param name="Quarantined">Writes that PostgreSQL refused.</param>
/// <param name="Replayed">Writes replayed since the start.</param>
public sealed record FallbackStatus(
    FallbackMode Mode, bool IsLocal, StoreUnavailableReason? Reason, string? Message, DateTimeOffset? Since, TimeSpan? Staleness, long Pending,
        long Conflicts, long Quarantined, long Replayed)
{
    /// <summary>The mode as settings name it: <c>off</c>, <c>read-only</c> or <c>read-write</c>.</summary>
    internal string ModeName => FallbackModes.NameOf(Mode);
}
