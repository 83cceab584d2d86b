using Nexus.Chats;
using Nexus.Json;

namespace Nexus.Users;

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

    /// <summary>IANA time zone that this machine knows, at most 50 characters.</summary>
    public string? TimeZone { get; init; }

    /// <summary>
    /// Whether <see cref="TimeZone"/> may be a name that this machine does not know, for imports: an adopted user may have one, and a newer zone may
    /// come from another machine. Notices to the user then go by UTC.
    /// </summary>
    public bool AllowUnknownTimeZone { get; init; }

    /// <summary>The Telegram user.</summary>
    public long? TelegramId { get; init; }

    /// <summary>JSON object of group → bool.</summary>
    public StateJson? Groups { get; init; }

    /// <summary>When a new user was added, for imports; null for now. An existing user keeps the stored instant.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}
