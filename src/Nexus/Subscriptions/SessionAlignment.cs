using Nexus.Chats;

namespace Nexus.Subscriptions;

/// <summary>What became of the sessions of some subscribers.</summary>
/// <param name="Locked">Locked down, because the subscription has ended.</param>
/// <param name="Restored">As they were before, because the subscription was renewed.</param>
/// <param name="Refused">Those that the store refused to change, and those whose config cannot be read.</param>
public sealed record SessionAlignment(IReadOnlyList<ChatId> Locked, IReadOnlyList<ChatId> Restored, IReadOnlyList<ChatId> Refused);
