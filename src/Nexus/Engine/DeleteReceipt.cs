namespace Nexus.Engine;

/// <summary>The result of a deletion. A record that does not exist is not an error.</summary>
/// <param name="Existed">Whether there was a record to delete.</param>
/// <param name="Version">The version that was deleted; 0 if there was no record.</param>
/// <param name="At">When it was deleted, by the store's clock; null if there was no record.</param>
/// <param name="IsSpooled">
/// PostgreSQL was unavailable: the deletion is durable in the outbox and is replayed when PostgreSQL is available again.
/// </param>
public readonly record struct DeleteReceipt(bool Existed, long Version = 0, DateTimeOffset? At = null, bool IsSpooled = false);
