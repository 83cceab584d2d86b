using Nexus.Caching;
using Nexus.Engine;

namespace Nexus.Users;

/// <summary>A user as a store holds it, with the store's clock at the moment of the read, which decides expiry.</summary>
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
    DateTimeOffset ReadAt) : IHasSize, IStateRow
{
    public static RecordTable Table { get; } = new()
    {
        Name = "users",
        KeyColumn = "chat_id",
        LockOrder = 1,
        Number = 1,
        Describe = id => $"user {id}",
        RestoringKind = SaveUser.KindName,
    };

    public int Size => IHasSize.Overhead + Groups.Length + (2 * (ChatId.Length + (Name?.Length ?? 0) + TimeZone.Length));

    public WriteKey RecordKey => new(Table, ChatId);

    public DateTimeOffset? WrittenAt => null;

    public DateTimeOffset AsOf => ReadAt;

    public Write ToWrite() => new SaveUser(
        ChatId, Name, Role, ExpiresAt is { } end ? new Expiry(ExpiryKind.At, end) : new Expiry(ExpiryKind.Never), TimeZone, TelegramId, Groups,
        ExpectedVersion: null, CreatedAt);

    public Write? ReplaceSecrets(SecretVisitor visitor)
    {
        visitor.PlainDocument(NexusUsers.GroupsPlace(ChatId), Groups);
        return visitor.Text(Table, "name", Name) is { } name
            ? new SaveUser(ChatId, name, Role: null, new Expiry(ExpiryKind.Keep), TimeZone: null, TelegramId: null, Groups: null, Version,
                MustExist: true)
            : null;
    }
}
