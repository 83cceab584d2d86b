namespace Nexus.Tasks;

/// <summary>A task after a run was completed.</summary>
/// <param name="NextRun">When it runs next; null if it has ended.</param>
/// <param name="Version">The task's version.</param>
/// <param name="AlreadyCompleted">The same claim had been completed before: nothing changed now.</param>
/// <param name="IsSpooled">
/// PostgreSQL was unavailable: the result is durable in the outbox, and the fence is checked when it is replayed.
/// </param>
public sealed record TaskCompletion(DateTimeOffset? NextRun, long Version, bool AlreadyCompleted, bool IsSpooled);
