using Nexus.Chats;
using Nexus.Json;

namespace Nexus.Users;

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
