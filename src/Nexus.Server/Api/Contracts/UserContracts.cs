using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Operations.Json;
using Nexus.Users;

namespace Nexus.Server.Api;

/// <summary>A user in a request. Omitted properties keep their stored values. A new user needs days or expiresAt.</summary>
internal sealed class UserBody
{
    [Description("Optional. If present, it must equal the chat id in the path.")]
    public ChatId? ChatId { get; set; }

    [Description("At most 256 characters.")]
    [MaxLength(256)]
    public string? Name { get; set; }

    [Description("user or admin.")]
    public UserRole? Role { get; set; }

    [Description("The end of the subscription; null if it does not end. Cannot be combined with days.")]
    public DateTimeOffset? ExpiresAt
    {
        get;
        set => (field, NamesExpiresAt) = (value, true);
    }

    [Description("The subscription ends this many days from now by the store's clock, 1 to 36,500. Cannot be combined with expiresAt.")]
    [Range(1, 36_500)]
    public int? Days { get; set; }

    [Description("IANA time zone, at most 50 characters.")]
    [MaxLength(50)]
    public string? Timezone { get; set; }

    [Description("The Telegram user of the chat.")]
    public long? TelegramId { get; set; }

    [Description("An object that maps groups to true or false.")]
    public RawJson Groups { get; set; }

    [Description("Ignored.")]
    public int? Id { get; set; }

    [Description("Ignored.")]
    public DateTimeOffset? CreatedAt { get; set; }

    [Description("Ignored: send the version in If-Match.")]
    public long? Version { get; set; }

    [JsonIgnore]
    public bool NamesExpiresAt { get; private set; }

    /// <summary>The first member that only an admin may set; null if there is none.</summary>
    [JsonIgnore]
    public string? FirstForAdmins =>
        Name is not null ? "name"
        : Role is not null ? "role"
        : NamesExpiresAt ? "expiresAt"
        : Days is not null ? "days"
        : TelegramId is not null ? "telegramId"
        : null;
}

/// <summary>What a bot may change of a user: a JSON merge patch (RFC 7396).</summary>
internal sealed class UserPreferencesBody
{
    [Description("IANA time zone, at most 50 characters.")]
    [MaxLength(50)]
    public string? Timezone { get; set; }

    [Description("An object that maps groups to true or false. Null removes a group; omitted groups stay unchanged.")]
    public RawJson Groups { get; set; }
}

/// <summary>The extension of a subscription.</summary>
internal sealed class ExtendBody
{
    [Description("Required. Days to add to the later of now and the current end, 1 to 36,500.")]
    [Range(1, 36_500)]
    public int? Days { get; set; }
}

/// <summary>A user in a response.</summary>
internal sealed record UserView(
    string ChatId,
    string? Name,
    UserRole Role,
    [property: Description("The end of the subscription; null if it does not end.")] DateTimeOffset? ExpiresAt,
    string Timezone,
    long? TelegramId,
    RawJson Groups,
    DateTimeOffset CreatedAt,
    [property: Description("Increases with each change. Also the ETag.")] long Version,
    [property: Description("The number that PostgreSQL gave the user: the legacy bot's id. Null in the embedded store and during an outage.")]
    int? Id)
{
    public static UserView From(User user) => new(
        user.ChatId.Value, user.Name, user.Role, user.ExpiresAt, user.TimeZone, user.TelegramId, new RawJson(
            user.Groups.Masked()), user.CreatedAt, user.Version, user.Number);
}

/// <summary>How many records there are.</summary>
internal sealed record CountsView(
    UserCountsView Users, [property: Description("Sessions; estimated from 50,000 on.")] long Sessions,
    [property: Description("Trades of all chats; estimated from 50,000 on.")] long Trades,
    [property: Description("Which of the numbers are estimates of the database.")] IReadOnlyList<string> Estimated);

/// <summary>How many users there are, counted exactly.</summary>
internal sealed record UserCountsView(
    long Total, long Admins, [property: Description("Subscribers whose subscription has not ended.")] long Active,
    [property: Description("Subscribers whose subscription has ended.")] long Expired);

/// <summary>The schema of a page of users.</summary>
internal sealed record UserPage(
    IReadOnlyList<UserView> Users, [property: Description("Pass it as after to get the next page; null on the last page.")] string? Next);

/// <summary>Whether the chat may use the bot.</summary>
internal sealed record AccessView(
    bool Allowed,
    [
        property: Description("owner, admin or user if allowed; otherwise expired, none, or error. error means that the store is unavailable and "
            + "says nothing about the user.")
    ]
    AccessRole Role);

/// <summary>The data of the event subscription_ending.</summary>
internal sealed record SubscriptionEndingView(string ChatId, DateTimeOffset EndsAt, int Days, string Timezone);

/// <summary>The chats of an access check.</summary>
internal sealed class AccessBody
{
    [Description("Required. At most 1,000.")]
    [MaxLength(1_000)]
    public IReadOnlyList<ChatId>? ChatIds { get; set; }
}

/// <summary>Whether chats may use the bot, in the order of the request.</summary>
internal sealed record AccessList(IReadOnlyList<ChatAccessView> Access);

/// <summary>Whether one chat may use the bot.</summary>
internal sealed record ChatAccessView(string ChatId, bool Allowed, AccessRole Role);
