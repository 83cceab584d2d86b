using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Infrastructure;
using Nexus.Json;

namespace Nexus.Users;

/// <summary>A user as a store holds it, with the store's clock at the moment of the read, which decides expiry.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record UserRow(
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
    internal static RecordTable Table { get; } = new()
    {
        Name = "users",
        KeyColumn = "chat_id",
        LockOrder = 1,
        Number = 1,
        Describe = id => $"user {id}",
        RestoringKind = SaveUser.KindName,
        IsOfChat = static (id, _, chat) => id == chat,
        PlaceOf = static id => RecordPlace.OfChat(id),
        Signals = SignalPart.Chat,
        DecidesAccess = true,
        KeepsHistory = true,
    };

    /// <summary>The number that PostgreSQL gave the user; null in the embedded store and in a local replica.</summary>
    public int? Number { get; init; }

    int IHasSize.Size => IHasSize.Overhead + Groups.Length + (2 * (ChatId.Length + (Name?.Length ?? 0) + TimeZone.Length));

    WriteKey IStateRow.RecordKey => new(Table, ChatId);

    DateTimeOffset? IStateRow.WrittenAt => null;

    DateTimeOffset IStateRow.AsOf => ReadAt;

    Write IStateRow.ToWrite() => new SaveUser(
        ChatId, Name, Role, ExpiresAt is { } end ? new Expiry(ExpiryKind.At, end) : new Expiry(ExpiryKind.Never), TimeZone, TelegramId, Groups,
        ExpectedVersion: null, CreatedAt);

    IReadOnlyList<RecordField> IStateRow.Fields =>
    [
        RecordField.Of("name", Name),
        RecordField.Of("role", Role),
        RecordField.Of("expiresAt", ExpiresAt is { } end ? ValueText.Of(end) : null),
        RecordField.Of("timeZone", TimeZone),
        RecordField.Of("telegramId", TelegramId?.ToString(CultureInfo.InvariantCulture)),
        RecordField.Document("groups", NexusUsers.GroupsPlace(ChatId), Groups),
    ];

    /// <summary>The record and its version, never its content.</summary>
    public override string ToString() => $"user {ChatId}, version {Version}";

    Write? IStateRow.ReplaceSecrets(SecretVisitor visitor)
    {
        visitor.PlainDocument(NexusUsers.GroupsPlace(ChatId), Groups);
        return visitor.Text(Table, "name", Name) is { } name
            ? new SaveUser(ChatId, name, Role: null, new Expiry(ExpiryKind.Keep), TimeZone: null, TelegramId: null, Groups: null, Version,
                MustExist: true)
            : null;
    }
}
