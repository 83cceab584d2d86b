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

    /// <summary>The role, which decides what the user may do.</summary>
    public UserRole Role { get; init; } = UserRole.User;

    /// <summary>End of the subscription; null if it does not end. Compared with the store's clock.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>IANA time zone, at most 50 characters.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The id of the Telegram user of the chat, if known.</summary>
    public long? TelegramId { get; init; }

    /// <summary>Which asset groups are switched on: a JSON object of group → bool.</summary>
    public StateJson Groups { get; init; } = StateJson.EmptyObject;

    /// <summary>When the user was added.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Increases by one with each change.</summary>
    public long Version { get; init; }
}

/// <summary>The roles of a stored user. Owners come from <see cref="NexusOptions.Owners"/> and need no row.</summary>
public enum UserRole
{
    /// <summary>A subscriber.</summary>
    User,

    /// <summary>Adds, extends and removes subscribers; never expires.</summary>
    Admin,
}

/// <summary>
/// The fields that a save changes. Null keeps the stored value, or takes the default for a new user. The end of a new user's subscription has no
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

    /// <summary>The number of days from now, by the store's clock, after which the subscription ends; 1 to 36,500.</summary>
    public int? Days { get; init; }

    /// <summary>The subscription does not end.</summary>
    public bool NeverExpires { get; init; }

    /// <summary>IANA time zone, at most 50 characters.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The Telegram user.</summary>
    public long? TelegramId { get; init; }

    /// <summary>JSON object of group → bool.</summary>
    public StateJson? Groups { get; init; }

    /// <summary>When a new user was added, for imports; null for now. An existing user keeps the stored instant.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>The result of an access check.</summary>
/// <param name="Allowed">Whether the chat may use the bot.</param>
/// <param name="Role">The role under which it may, or why it may not.</param>
public readonly record struct Access(bool Allowed, AccessRole Role);

/// <summary>The role under which a chat may use the bot, or why it may not.</summary>
public enum AccessRole
{
    /// <summary>Listed in <see cref="NexusOptions.Owners"/>.</summary>
    Owner,

    /// <summary>An admin's row.</summary>
    Admin,

    /// <summary>A subscriber whose subscription has not ended.</summary>
    User,

    /// <summary>Denied: the subscription ended.</summary>
    Expired,

    /// <summary>Denied: no such user.</summary>
    None,

    /// <summary>Denied: the store was unavailable. This says nothing about the user.</summary>
    Error,
}
