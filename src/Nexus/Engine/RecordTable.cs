using System.Text.Json;

namespace Nexus.Engine;

/// <summary>
/// A table of the state: what its records have in common in every store. Each feature defines its own table; each store has its part for the table,
/// which it finds by this descriptor.
/// </summary>
internal sealed class RecordTable
{
    /// <summary>The table's name in SQL, in change notices and in events.</summary>
    public required string Name { get; init; }

    /// <summary>The column that holds <see cref="WriteKey.Id"/>.</summary>
    public required string KeyColumn { get; init; }

    /// <summary>Every transaction locks its tables in ascending order, so that two cannot deadlock. 0 or more, without gaps.</summary>
    public required int LockOrder { get; init; }

    /// <summary>How the outbox stores the table. A number is never changed or reused.</summary>
    public required int Number { get; init; }

    /// <summary>How messages name a record of the table by its key, such as <c>session 12345</c>.</summary>
    public required Func<string, string> Describe { get; init; }

    /// <summary>
    /// The <see cref="Write.Kind"/> that restores a whole record, which is how a conflict keeps the version that PostgreSQL had; null where records
    /// never conflict.
    /// </summary>
    public required string? RestoringKind { get; init; }

    /// <summary>What its records decide about signals: a change makes the dispatch index look again.</summary>
    public SignalPart Signals { get; init; }

    /// <summary>Several records may have one key, each with its own versions.</summary>
    public bool HasNamesakes { get; init; }

    /// <summary>
    /// Whether a record belongs to a chat, by its key and by the body of a write that is kept of it: what is erased with the chat.
    /// </summary>
    public Func<string, JsonElement, string, bool> IsOfChat { get; init; } = static (_, _, _) => false;

    /// <summary>Where a record is in a database with several shards, by its key. Default: on the home shard.</summary>
    public Func<string, RecordPlace> PlaceOf { get; init; } = static _ => RecordPlace.Home;

    /// <summary>The place of a write, for a table whose ids do not say it; null where <see cref="PlaceOf"/> does.</summary>
    public Func<Write, RecordPlace>? PlaceOfWrite { get; init; }

    /// <summary>Changes of its records with an author get an entry in the history of changes.</summary>
    public bool KeepsHistory { get; init; }

    /// <summary>Bots save its records over the HTTP API all the time.</summary>
    public bool IsSavedByBots { get; init; }

    /// <summary>Its records decide who may use the bot and what it does: the least that a local replica holds for an outage.</summary>
    public bool DecidesAccess { get; init; }

    public override string ToString() => Name;
}
