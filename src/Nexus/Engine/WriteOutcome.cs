using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Engine;

/// <summary>The outcome of one write.</summary>
/// <param name="Status">Applied or why not.</param>
/// <param name="Version">The record's version after the write (Applied, AlreadyApplied) or as it is stored (Conflict).</param>
/// <param name="At">The store's time of the write (Applied, AlreadyApplied).</param>
/// <param name="Error">Only with <see cref="WriteStatus.Failed"/>.</param>
/// <param name="IsSpooled">It is durable in the outbox and not yet in PostgreSQL.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public readonly record struct WriteOutcome(WriteStatus Status, long Version = 0, DateTimeOffset At = default, NexusException? Error = null,
    bool IsSpooled = false)
{
    /// <summary>Whether the write is committed, by this call or an earlier one.</summary>
    public bool IsApplied => Status is WriteStatus.Applied or WriteStatus.AlreadyApplied;

    internal static WriteOutcome Applied(long version, DateTimeOffset at) => new(WriteStatus.Applied, version, at);

    internal static WriteOutcome Conflict(long storedVersion) => new(WriteStatus.Conflict, storedVersion);

    internal static WriteOutcome NotFound { get; } = new(WriteStatus.NotFound);

    internal static WriteOutcome InvalidState { get; } = new(WriteStatus.InvalidState);

    internal static WriteOutcome RolledBack { get; } = new(WriteStatus.RolledBack);

    internal static WriteOutcome Failed(NexusException error) => new(WriteStatus.Failed, Error: error);
}
