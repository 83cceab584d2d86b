using Nexus.Errors;

namespace Nexus.Engine;

/// <summary>The result of a write that was applied.</summary>
/// <param name="Version">The record's version now.</param>
/// <param name="At">When it was applied, by the store's clock.</param>
/// <param name="AlreadyExisted">The same write had been applied before: nothing changed now.</param>
/// <param name="IsSpooled">PostgreSQL was unavailable: the write is durable in the outbox and is replayed when PostgreSQL is available again.</param>
public readonly record struct WriteReceipt(long Version, DateTimeOffset At, bool AlreadyExisted, bool IsSpooled = false);
