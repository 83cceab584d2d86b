using Nexus.Engine;

namespace Nexus.Failover;

/// <summary>A spooled write that conflicts with the stored version of its record.</summary>
/// <param name="Id">Its number in the list.</param>
/// <param name="Table">The record's table.</param>
/// <param name="RecordId">The record's key.</param>
/// <param name="Kind">The kind of the write, such as <c>save_session</c>.</param>
/// <param name="SpooledAt">When the write was acknowledged.</param>
/// <param name="FoundAt">When the conflict was found.</param>
/// <param name="Kept">Which version is in PostgreSQL.</param>
/// <param name="Reason">Why there are two versions.</param>
/// <param name="Spooled">The version of the outbox.</param>
/// <param name="Stored">PostgreSQL's version; null where the record was deleted.</param>
public sealed record OutboxConflict(
    long Id, string Table, string RecordId, string Kind, DateTimeOffset SpooledAt, DateTimeOffset FoundAt, ConflictWinner Kept, string Reason,
    ConflictVersion Spooled, ConflictVersion? Stored);
