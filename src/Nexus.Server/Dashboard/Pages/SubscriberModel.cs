using Nexus.Chats;
using Nexus.Users;

namespace Nexus.Server.Dashboard;

/// <summary>One subscriber, or the form for a new one.</summary>
public sealed class SubscriberModel
{
    /// <summary>The chat; null for a new subscriber.</summary>
    public ChatId? Chat { get; init; }

    /// <summary>The subscriber as stored; null for a new one.</summary>
    public User? User { get; init; }

    /// <summary>Whether the chat has a session.</summary>
    public bool HasSession { get; init; }

    /// <summary>The time of the store, which decides what has expired.</summary>
    public required DateTimeOffset StoreTime { get; init; }

    /// <summary>The groups to choose from, with whether each is on.</summary>
    public required IReadOnlyList<KeyValuePair<string, bool>> Groups { get; init; }

    /// <summary>What was typed, by the name of the field; empty before.</summary>
    public IReadOnlyDictionary<string, string> Typed { get; init; } = new Dictionary<string, string>();

    /// <summary>The last changes; null for a new subscriber.</summary>
    public HistoryGlance? History { get; init; }

    /// <summary>Why a change failed; null if it did not.</summary>
    public string? Error { get; init; }

    /// <summary>What was typed into a field, or its stored value.</summary>
    public string? Value(string field, string? stored) => Typed.TryGetValue(field, out var typed) ? typed : stored;
}
