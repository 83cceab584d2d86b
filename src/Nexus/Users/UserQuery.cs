namespace Nexus.Users;

/// <summary>The order of a list of users. Each has an index.</summary>
internal enum UserOrder
{
    /// <summary>By chat.</summary>
    Chat,

    /// <summary>By name in lower case and chat.</summary>
    Name,

    /// <summary>By the end of the subscription and chat.</summary>
    End,
}

/// <summary>Which users a store lists. All conditions must hold.</summary>
internal sealed record UserQuery
{
    /// <summary>The beginning of the name; upper and lower case are equal.</summary>
    public string? NamePrefix { get; init; }

    /// <summary>A text anywhere in the name; upper and lower case are equal.</summary>
    public string? NamePart { get; init; }

    public UserRole? Role { get; init; }

    /// <summary>A group that is switched on.</summary>
    public string? Group { get; init; }

    public int? Number { get; init; }

    /// <summary>Subscribers whose subscription ends then or later and before the other; null: their end does not matter.</summary>
    public (DateTimeOffset From, DateTimeOffset Before)? Ends { get; init; }

    /// <summary>Written then or later.</summary>
    public DateTimeOffset? ChangedSince { get; init; }

    /// <summary>Only users behind this place; null from the first.</summary>
    public UserPlace? After { get; init; }

    public int? Limit { get; init; }

    public UserOrder Order => Ends is not null ? UserOrder.End : NamePrefix is null && NamePart is null ? UserOrder.Chat : UserOrder.Name;

    /// <summary>Admins do not expire.</summary>
    public bool IsOfNobody => Ends is not null && Role == UserRole.Admin;

    /// <summary>Sorts after every text that begins with the prefix: the last code point follows.</summary>
    public string PrefixEnd => NamePrefix + "\U0010FFFF";

    /// <summary>More than one condition, so that the values decide which index serves.</summary>
    public bool IsCombined =>
        (NamePrefix is null ? 0 : 1) + (NamePart is null ? 0 : 1) + (Role is null ? 0 : 1) + (Group is null ? 0 : 1) + (Number is null ? 0 : 1)
            + (Ends is null ? 0 : 1) + (ChangedSince is null ? 0 : 1) > 1;
}

/// <summary>The place of a user in each order.</summary>
/// <param name="ChatId">The chat.</param>
/// <param name="Name">The name.</param>
/// <param name="End">The end of the subscription; null where it has none, which the order by ends does not hold.</param>
internal sealed record UserPlace(string ChatId, string Name, DateTimeOffset? End)
{
    public static UserPlace Of(UserRow row) => new(row.ChatId, row.Name ?? "", row.ExpiresAt);
}
