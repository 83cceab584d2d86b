namespace Nexus.Users;

/// <summary>
/// Which users to list. All conditions must hold. With an end of the subscription the next end comes first, else with a name they come in the order
/// of name and chat, else in the order of chats. Upper and lower case of names are equal, as the locale of the database has them; in the embedded
/// store those of A to Z.
/// </summary>
public sealed record UserFilter
{
    /// <summary>The beginning of the name, 1 to 256 characters.</summary>
    public string? NamePrefix { get; init; }

    /// <summary>
    /// A text anywhere in the name, 1 to 256 characters. No index finds it: the list reads each user that meets the
    /// other conditions.
    /// </summary>
    public string? NamePart { get; init; }

    /// <summary>One role.</summary>
    public UserRole? Role { get; init; }

    /// <summary>
    /// A group that is switched on for the user, 1 to 256 characters, exactly. No index finds it: the list reads each user that meets the other
    /// conditions.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>The number that PostgreSQL gave the user: the id of the legacy bot's table. The embedded store gives no numbers.</summary>
    public int? Number { get; init; }

    /// <summary>The subscription ends then or later. Admins do not expire and are not listed.</summary>
    public DateTimeOffset? EndsFrom { get; init; }

    /// <summary>The subscription ends earlier than this. Admins do not expire and are not listed.</summary>
    public DateTimeOffset? EndsBefore { get; init; }

    /// <summary>Added or changed then or later, by the store's clock.</summary>
    public DateTimeOffset? ChangedSince { get; init; }

    /// <summary>Only users after this one: the last user of the previous page, of which the order needs the chat, the name or the end.</summary>
    public User? After { get; init; }

    /// <summary>The most users to return, 1 or more; null for all.</summary>
    public int? Limit { get; init; }
}
