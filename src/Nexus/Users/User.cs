using Nexus.Chats;
using Nexus.Json;

namespace Nexus.Users;

/// <summary>A subscriber or admin of the bot.</summary>
public sealed record User
{
    /// <summary>The tenant.</summary>
    public required ChatId ChatId { get; init; }

    /// <summary>
    /// The number that PostgreSQL gave the user, from 1000 on: the id of the legacy bot's table. Null in the embedded store and during an outage.
    /// </summary>
    public int? Number { get; init; }

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
