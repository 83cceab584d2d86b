using Nexus.Chats;
using Nexus.Json;

namespace Nexus.Users;

/// <summary>The result of an access check.</summary>
/// <param name="Allowed">Whether the chat may use the bot.</param>
/// <param name="Role">The role under which it may, or why it may not.</param>
public readonly record struct Access(bool Allowed, AccessRole Role);
