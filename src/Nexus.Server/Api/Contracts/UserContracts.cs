using System.ComponentModel;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Operations.Json;
using Nexus.Users;

namespace Nexus.Server.Api;

/// <summary>A user as it is sent in: what is left out stays as it is stored. A new user needs days or expiresAt.</summary>
internal sealed class UserBody
{
    [Description("May be left out; must be the one of the route where it is given.")]
    public ChatId? ChatId { get; set; }

    [Description("At most 256 characters.")]
    public string? Name { get; set; }

    [Description("user or admin.")]
    public UserRole? Role { get; set; }

    [Description("The subscription ends then; null: it does not end. Not together with days.")]
    public DateTimeOffset? ExpiresAt
    {
        get;
        set => (field, NamesExpiresAt) = (value, true);
    }

    [Description("The subscription ends so many days from now by the store's clock, 1 to 36,500. Not together with expiresAt.")]
    public int? Days { get; set; }

    [Description("IANA time zone, at most 50 characters.")]
    public string? Timezone { get; set; }

    [Description("The Telegram user behind the chat.")]
    public long? TelegramId { get; set; }

    [Description("Object of group to true or false.")]
    public RawJson Groups { get; set; }

    [Description("Not looked at.")]
    public DateTimeOffset? CreatedAt { get; set; }

    [Description("Not looked at: name the version in If-Match.")]
    public long? Version { get; set; }

    [JsonIgnore]
    public bool NamesExpiresAt { get; private set; }

    /// <summary>The first member that only an admin may set; null where there is none.</summary>
    [JsonIgnore]
    public string? FirstForAdmins =>
        Name is not null ? "name" : Role is not null ? "role" : NamesExpiresAt ? "expiresAt" : Days is not null ? "days" : TelegramId is not null ? "telegramId" : null;
}

/// <summary>What a bot may change of a user: a JSON merge patch (RFC 7396).</summary>
internal sealed class UserPreferencesBody
{
    [Description("IANA time zone, at most 50 characters.")]
    public string? Timezone { get; set; }

    [Description("Object of group to true or false; null removes a group, and groups that are left out stay.")]
    public RawJson Groups { get; set; }
}

/// <summary>More days for a subscription.</summary>
internal sealed class ExtendBody
{
    [Description("Days after the later of now and the present end, 1 to 36,500.")]
    public int? Days { get; set; }
}

/// <summary>A user as it is answered.</summary>
internal sealed record UserView(
    string ChatId,
    string? Name,
    UserRole Role,
    [property: Description("End of the subscription; null: it does not end.")] DateTimeOffset? ExpiresAt,
    string Timezone,
    long? TelegramId,
    RawJson Groups,
    DateTimeOffset CreatedAt,
    [property: Description("Rises with each change; also the ETag.")] long Version)
{
    public static UserView From(User user) => new(
        user.ChatId.Value, user.Name, user.Role, user.ExpiresAt, user.TimeZone, user.TelegramId, new RawJson(user.Groups.MaskedUtf8()), user.CreatedAt, user.Version);
}

/// <summary>The schema of a page of users.</summary>
internal sealed record UserPage(IReadOnlyList<UserView> Users, [property: Description("Pass it as after to get the next page; null on the last one.")] string? Next);

/// <summary>May this chat use the bot?</summary>
internal sealed record AccessView(
    bool Allowed,
    [property: Description("owner, admin or user where allowed; otherwise expired, none, or error where the store could not answer, which says nothing about the user.")] AccessRole Role);
