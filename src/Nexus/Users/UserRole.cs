using Nexus.Chats;
using Nexus.Json;

namespace Nexus.Users;

/// <summary>The roles of a stored user. Owners come from <see cref="NexusOptions.Owners"/> and need no row.</summary>
public enum UserRole
{
    /// <summary>A subscriber.</summary>
    User,

    /// <summary>Adds, extends and removes subscribers; never expires.</summary>
    Admin,
}
