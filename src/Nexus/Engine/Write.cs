using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Nexus.Infrastructure;

namespace Nexus.Engine;

/// <summary>
/// One change of the state, immutable, validated and sealed. It goes from a feature through the write queue to a store, and the outbox keeps it. The
/// id makes it idempotent. Each kind defines here everything that the engine needs to know about it.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public abstract record Write
{
    /// <summary>Memory that a waiting write needs besides its payload, in bytes.</summary>
    private const int Overhead = 500;

    /// <summary>Created once for each change; a repeat carries the same id.</summary>
    internal Guid WriteId { get; init; } = UuidV7.New();

    /// <summary>Whose change it is, if it gets an entry in the history of changes; the store adds the entry in the same transaction.</summary>
    internal ChangeAuthor? Author { get; init; }

    /// <summary>When a replayed change was acknowledged; null for the store's time of the write.</summary>
    internal DateTimeOffset? AuthoredAt { get; init; }

    internal abstract RecordTable Table { get; }

    /// <summary>The record's key within its table.</summary>
    internal abstract string RecordId { get; }

    internal WriteKey Key => new(Table, RecordId);

    /// <summary>Where the record is in a database with several shards.</summary>
    internal RecordPlace Place => Table.PlaceOfWrite is { } placeOf ? placeOf(this) : Table.PlaceOf(RecordId);

    /// <summary>The same write to the one record that it means, for a kind that may leave its <see cref="Place"/> open; else itself.</summary>
    /// <param name="chatId">The chat of the record; null leaves it open.</param>
    /// <param name="entryTimestamp">The entry of the trade.</param>
    internal virtual Write Naming(string? chatId, DateTimeOffset entryTimestamp) => this;

    /// <summary>How messages name the record, such as <c>session 12345</c>.</summary>
    public string RecordName => Key.ToString();

    /// <summary>
    /// The name of the kind in the outbox and in messages, such as <c>save_session</c>. Never changed: an outbox may be older than the program.
    /// </summary>
    internal abstract string Kind { get; }

    /// <summary>Whether it creates the record if there is none.</summary>
    internal abstract bool CreatesRecord { get; }

    internal abstract bool IsRemoval { get; }

    /// <summary>
    /// Whether the new record keeps nothing of the old one, so that applying it does not need the stored record. This is about content;
    /// <see cref="Replay"/> is about which version wins. A user's save is a whole record to its caller, but keeps what it leaves out.
    /// </summary>
    internal abstract bool ReplacesRecord { get; }

    /// <summary>Whether the record's version and time stay, so that they do not tell whether a copy of the record has the change.</summary>
    internal abstract bool KeepsVersion { get; }

    internal abstract ReplayRule Replay { get; }

    /// <summary>Why it must not be spooled; null if it may be.</summary>
    internal abstract string? SpoolRefusal { get; }

    /// <summary>The approximate memory that it needs while it waits, in bytes.</summary>
    internal long Size => Overhead + PayloadBytes;

    /// <summary>The variable part of <see cref="Size"/>.</summary>
    private protected abstract int PayloadBytes { get; }

    /// <summary>The same write without its condition, which was checked when it was first applied; itself if it has none.</summary>
    internal abstract Write WithoutCondition();

    /// <summary>The same write, refused if a record exists, for a kind that would replace the whole record; itself for any other kind.</summary>
    internal abstract Write ExpectingAbsence();

    /// <summary>
    /// The same write with what depends on the time of the write made fixed, so that it has the same effect whenever it is replayed.
    /// </summary>
    /// <param name="now">The store's time of the write.</param>
    internal abstract Write Settle(DateTimeOffset now);

    /// <summary>Writes the members that the outbox keeps, without the condition. Members are never renamed.</summary>
    internal abstract void WriteBody(Utf8JsonWriter json);

    /// <summary>Why PostgreSQL refused the replay of a write that applies once, for its entry in the quarantine.</summary>
    internal virtual string NotFoundInReplay => "the record is not in PostgreSQL";

    /// <inheritdoc cref="NotFoundInReplay"/>
    internal virtual string InvalidStateInReplay => "the record in PostgreSQL is not in a state that allows the write";

    /// <summary>Visits its parts that may hold secrets.</summary>
    /// <returns>The same write with the parts that the visitor replaced; null if it replaced none.</returns>
    public abstract Write? ReplaceSecrets(SecretVisitor visitor);

    /// <summary>As <see cref="TryCompose"/>. A change with an author stays a change of its own, so that each has its entry in the history.</summary>
    internal Write? Compose(Write next) => Author is null && next.Author is null ? TryCompose(next) : null;

    /// <summary>
    /// This write followed by <paramref name="next"/> to the same record as one write that has the effect of both, or null where their
    /// kinds do not allow it. Each caller then gets the outcome of the composed write.
    /// </summary>
    internal virtual Write? TryCompose(Write next) => null;

    /// <summary>The kind and the record, never the content.</summary>
    public sealed override string ToString() => $"{Kind} of {Key}";
}
