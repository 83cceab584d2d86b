using Nexus.Chats;
using Nexus.Errors;
using Nexus.Stores;

namespace Nexus.Server.Api;

/// <summary>Which events a stream gets. Streams with equal filters share what is sent.</summary>
internal sealed class EventFilter : IEquatable<EventFilter>
{
    /// <summary>The most tables, and the most chats, of one stream.</summary>
    public const int MaxValues = 100;

    private readonly string _key;

    private EventFilter(string[]? tables, string[]? chats)
    {
        (Tables, Chats) = (tables, chats);
        // No table and no chat has these characters.
        _key = $"{(tables is null ? "*" : string.Join(' ', tables))}\n{(chats is null ? "*" : string.Join(' ', chats))}";
    }

    /// <summary>Everything.</summary>
    public static EventFilter None { get; } = new(null, null);

    /// <summary>Sorted; null for every table.</summary>
    public IReadOnlyList<string>? Tables { get; }

    /// <summary>Sorted; null for every chat, and for records of no chat.</summary>
    public IReadOnlyList<string>? Chats { get; }

    /// <exception cref="NexusValidationException">A value is not a table or a chat, or there are too many.</exception>
    public static EventFilter Parse(string[]? tables, string[]? chats)
    {
        if (tables is not { Length: > 0 } && chats is not { Length: > 0 }) return None;
        return new EventFilter(Values("table", tables, ValidTable), Values("chatId", chats, chat => ChatId.Parse(chat, "chatId").Value));
    }

    public bool Takes(EventItem item) => Tables is null || Tables.Contains(item.Table);

    public bool Equals(EventFilter? other) => other is not null && _key == other._key;

    public override bool Equals(object? obj) => Equals(obj as EventFilter);

    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);

    private static string[]? Values(string field, string[]? values, Func<string, string> valid)
    {
        if (values is not { Length: > 0 }) return null;
        if (values.Length > MaxValues) throw new NexusValidationException(field, $"must be given at most {MaxValues} times, not {values.Length}");
        return [.. values.Select(valid).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static string ValidTable(string table) => RecordTables.Everything.Any(known => known.Table == table)
        ? table
        : throw new NexusValidationException("table", $"must be one of {string.Join(", ", RecordTables.Everything.Select(known => known.Table))}");
}
