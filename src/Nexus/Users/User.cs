using Nexus.Chats;
using Nexus.Json;

namespace Nexus.Users;

/// <summary>A subscriber or admin of the bot.</summary>
public sealed record User
{
    /// <summary>The tenant.</summary>
    public required ChatId ChatId { get; init; }

    /// <summary>At most 256 characters.</summary>
    public string? Name { get; init; }

    /// <summary>What the user may do.</summary>
    public UserRole Role { get; init; } = UserRole.User;

    /// <summary>End of the subscription; null: it does not end. Judged by the store's clock.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>IANA time zone, at most 50 characters.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The Telegram user behind the chat, where it is known.</summary>
    public long? TelegramId { get; init; }

    /// <summary>Which asset groups are switched on: a JSON object of group → bool.</summary>
    public StateJson Groups { get; init; } = StateJson.EmptyObject;

    /// <summary>When the user was added.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Rises by one with each change.</summary>
    public long Version { get; init; }
}

/// <summary>The roles of a stored user. Owners come from the settings and need no row.</summary>
public enum UserRole
{
    /// <summary>A subscriber.</summary>
    User,

    /// <summary>Adds, extends and removes subscribers; never expires.</summary>
    Admin,
}

/// <summary>
/// What a save changes; what is left null stays as it is stored, or takes its default for a new user. The end of a new user's subscription has no
/// default: <see cref="ExpiresAt"/>, <see cref="Days"/> or <see cref="NeverExpires"/> is needed.
/// </summary>
public sealed record UserChange
{
    /// <summary>At most 256 characters.</summary>
    public string? Name { get; init; }

    /// <summary>The role.</summary>
    public UserRole? Role { get; init; }

    /// <summary>The subscription ends then. Not together with <see cref="Days"/> or <see cref="NeverExpires"/>.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The subscription ends so many days from now by the store's clock; 1 to 36,500.</summary>
    public int? Days { get; init; }

    /// <summary>The subscription does not end.</summary>
    public bool NeverExpires { get; init; }

    /// <summary>IANA time zone, at most 50 characters.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The Telegram user.</summary>
    public long? TelegramId { get; init; }

    /// <summary>JSON object of group → bool.</summary>
    public StateJson? Groups { get; init; }

    /// <summary>When a new user was added, for one that comes from elsewhere; now where it is left out. One who is there keeps the instant.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>The answer to: may this chat use the bot?</summary>
/// <param name="Allowed">The answer.</param>
/// <param name="Role">As whom, or why not.</param>
public readonly record struct Access(bool Allowed, AccessRole Role);

/// <summary>As whom a chat is let in, or why it is not.</summary>
public enum AccessRole
{
    /// <summary>Named in the settings.</summary>
    Owner,

    /// <summary>An admin's row.</summary>
    Admin,

    /// <summary>A subscriber whose time has not ended.</summary>
    User,

    /// <summary>Denied: the subscription ended.</summary>
    Expired,

    /// <summary>Denied: no such user.</summary>
    None,

    /// <summary>Denied: the store could not answer. Not a statement about the user.</summary>
    Error,
}
