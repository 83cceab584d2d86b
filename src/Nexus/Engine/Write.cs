using System.Text.Json;

namespace Nexus.Engine;

/// <summary>
/// One change of the state, immutable and already validated and sealed: what travels from a feature through the write queue into a
/// store, and what the outbox keeps. The id makes it idempotent. Each kind says here what every part of the engine needs to know of it.
/// </summary>
internal abstract record Write
{
    /// <summary>What a waiting write takes in memory beside its payload, in bytes.</summary>
    private const int Overhead = 500;

    /// <summary>Made once by whoever wants the change; a repeat carries the same one.</summary>
    public Guid WriteId { get; init; } = UuidV7.New();

    public abstract RecordTable Table { get; }

    /// <summary>The record's key within its table.</summary>
    public abstract string RecordId { get; }

    public WriteKey Key => new(Table, RecordId);

    /// <summary>The name of the kind in the outbox and in messages, such as <c>save_session</c>. Never changed: an outbox may be older than the program.</summary>
    public abstract string Kind { get; }

    /// <summary>Whether it makes the record where there is none.</summary>
    public abstract bool CreatesRecord { get; }

    public abstract bool IsRemoval { get; }

    /// <summary>
    /// Whether nothing of the record before shows in the record after, so that applying it needs no look at what is stored. This is about content;
    /// <see cref="Replay"/> is about which version wins. A user's save is a whole record to its caller, but keeps what it leaves out.
    /// </summary>
    public abstract bool ReplacesRecord { get; }

    /// <summary>Whether the record's version and time stay, so that they do not tell whether a copy of the record has the change.</summary>
    public abstract bool KeepsVersion { get; }

    public abstract ReplayRule Replay { get; }

    /// <summary>Why it must not go into the outbox; null where it may.</summary>
    public abstract string? SpoolRefusal { get; }

    public bool CanBeSpooled => SpoolRefusal is null;

    /// <summary>Memory that it takes while it waits, in bytes, about.</summary>
    public long Size => Overhead + PayloadBytes;

    /// <summary>The variable part of <see cref="Size"/>.</summary>
    protected abstract int PayloadBytes { get; }

    /// <summary>The same write without its condition, which was judged where it was applied first; itself where it has none.</summary>
    public abstract Write WithoutCondition();

    /// <summary>The same write, refused where a record exists, for a kind that would replace it whole; itself for any other.</summary>
    public abstract Write ExpectingAbsence();

    /// <summary>The same write with what depends on the time of the write made fixed, so that it has the same effect whenever it is replayed.</summary>
    /// <param name="now">The store's time of the write.</param>
    public abstract Write Settle(DateTimeOffset now);

    /// <summary>Writes the members that the outbox keeps, without the condition. Members are never renamed.</summary>
    public abstract void WriteBody(Utf8JsonWriter json);

    /// <summary>What in it is sealed, and for which place.</summary>
    public abstract IEnumerable<SealedPart> SealedParts();

    /// <summary>
    /// This write followed by <paramref name="next"/> to the same record as one write that has the effect of both, or null where their
    /// kinds do not allow it. Each caller then gets the outcome of the composed write.
    /// </summary>
    public virtual Write? TryCompose(Write next) => null;
}
