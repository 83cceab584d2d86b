using Nexus.Chats;

namespace Nexus.Users;

/// <summary>
/// The columns of a user that an access check needs: a third of the row, since it is read for every message of a user that is not in memory.
/// </summary>
/// <param name="ChatId">The chat.</param>
/// <param name="Role">As it is stored.</param>
/// <param name="ExpiresAt">End of the subscription; null: it does not end.</param>
/// <param name="ReadAt">The store's clock at the moment of the read, which decides expiry.</param>
internal sealed record AccessRow(string ChatId, string Role, DateTimeOffset? ExpiresAt, DateTimeOffset ReadAt);
