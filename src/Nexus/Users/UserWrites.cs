using Nexus.Chats;
using Nexus.Engine;

namespace Nexus.Users;

/// <summary>How a save sets the end of a subscription. Days are counted by the store's clock when the write is applied.</summary>
internal enum ExpiryKind
{
    /// <summary>Never expires.</summary>
    Never,

    /// <summary>At a given instant.</summary>
    At,

    /// <summary>So many days from now.</summary>
    DaysFromNow,

    /// <summary>So many days after the later of now and the present end; never stays never.</summary>
    DaysMore,

    /// <summary>Leave what is stored; never for a new user, which the front refuses to make this way.</summary>
    Keep,
}

internal readonly record struct Expiry(ExpiryKind Kind, DateTimeOffset At = default, int Days = 0);

/// <summary>A whole user replaces what is stored, or is created. Null members leave what is stored, or take the default of the column.</summary>
/// <param name="Name">At most 100 characters; null keeps.</param>
/// <param name="Role"><c>user</c> or <c>admin</c>; null keeps, <c>user</c> for a new one.</param>
/// <param name="TimeZone">IANA name; null keeps, <c>UTC</c> for a new one.</param>
/// <param name="TelegramId">Null keeps.</param>
/// <param name="Groups">JSON object of group → bool; null keeps, all three default groups for a new one.</param>
/// <param name="ExpectedVersion">As in <see cref="Nexus.Sessions.SaveSession"/>.</param>
/// <param name="CreatedAt">For a new one; null: the store's clock.</param>
/// <param name="MustExist">Makes no user: <see cref="WriteStatus.NotFound"/> where there is none.</param>
internal sealed record SaveUser(
    string ChatId, string? Name, string? Role, Expiry Expiry, string? TimeZone, long? TelegramId, ReadOnlyMemory<byte>? Groups, long? ExpectedVersion, DateTimeOffset? CreatedAt = null,
    bool MustExist = false) : Write
{
    public override WriteKey Key => new(StateTable.Users, ChatId);
}

/// <summary>Moves the end of an existing user's subscription; <see cref="WriteStatus.NotFound"/> where there is none.</summary>
internal sealed record ExtendUser(string ChatId, int Days) : Write
{
    public override WriteKey Key => new(StateTable.Users, ChatId);
}

internal sealed record RemoveUser(string ChatId, long? ExpectedVersion) : Write
{
    public override WriteKey Key => new(StateTable.Users, ChatId);
}
