using Nexus.Engine;

namespace Nexus.Failover;

/// <summary>One spooled write.</summary>
/// <param name="Sequence">Its place in the order of the outbox.</param>
/// <param name="Write">Without a condition: that was judged when it was spooled. Null for a kind that this program does not know.</param>
/// <param name="Key">Its record.</param>
/// <param name="Kind">As <see cref="Write.Kind"/>.</param>
/// <param name="At">When it was acknowledged.</param>
/// <param name="BaseVersion">The record's version before it, 0 for none.</param>
/// <param name="BaseWriteId">The write that made that version, where it is known.</param>
/// <param name="Version">The version that was reported to the caller.</param>
/// <param name="KnownAt">
/// A record that was changed in PostgreSQL before this was meant to be replaced, whatever it held: when PostgreSQL served for the last time, or the
/// beginning of time for a write that named a version.
/// </param>
/// <param name="Doubt">Batches in which it may have been committed before it was spooled, or <see cref="Unsure"/>; null for none.</param>
/// <param name="IsForced">An operator decided that it holds, whatever is stored.</param>
/// <param name="Body">The write as it is kept.</param>
internal sealed record OutboxEntry(
    long Sequence, Write? Write, WriteKey Key, string Kind, Guid WriteId, DateTimeOffset At, long BaseVersion, Guid BaseWriteId, long Version,
    DateTimeOffset KnownAt, string? Doubt, bool IsForced, byte[] Body)
{
    /// <summary>It may have been applied, and this can no longer be determined.</summary>
    public const string Unsure = "unsure";

    public bool IsUnsure => Doubt == Unsure;

    /// <summary>Who wrote it.</summary>
    public OutboxOrigin Origin { get; init; } = OutboxOrigin.Authentic;
}

/// <summary>A write that met a newer version of its record, or left an older one behind, with both versions.</summary>
/// <param name="Entry">The write; the last of those that were composed into it.</param>
/// <param name="Parts">All that were.</param>
/// <param name="Body">The composed write as it is kept.</param>
/// <param name="Kept">Which one stands in PostgreSQL.</param>
/// <param name="Stored">PostgreSQL's version as a whole-record write; null where there is none.</param>
internal sealed record ParkedConflict(
    OutboxEntry Entry, IReadOnlyList<OutboxEntry> Parts, byte[] Body, ConflictWinner Kept, string Reason, long StoredVersion,
    DateTimeOffset? StoredAt, byte[]? Stored);
