using Nexus.Caching;
using Nexus.Chats;

namespace Nexus.Users;

/// <summary>A user as a store holds it, with the store's clock at the moment of the read, which judges expiry.</summary>
internal sealed record UserRow(
    string ChatId,
    string? Name,
    string Role,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    string TimeZone,
    long? TelegramId,
    ReadOnlyMemory<byte> Groups,
    long Version,
    DateTimeOffset ReadAt) : Nexus.Caching.IHasSize
{
    public int Size => IHasSize.Overhead + Groups.Length + (2 * (ChatId.Length + (Name?.Length ?? 0) + TimeZone.Length));
}
