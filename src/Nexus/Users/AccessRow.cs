using Nexus.Chats;

namespace Nexus.Users;

/// <summary>What an access check needs of a user: a third of the row, since it is read on every message of whoever is not in memory.</summary>
/// <param name="ChatId">The chat.</param>
/// <param name="Role">As it is stored.</param>
/// <param name="ExpiresAt">End of the subscription; null: it does not end.</param>
/// <param name="ReadAt">The store's clock at the moment of the read, which judges expiry.</param>
internal sealed record AccessRow(string ChatId, string Role, DateTimeOffset? ExpiresAt, DateTimeOffset ReadAt);
