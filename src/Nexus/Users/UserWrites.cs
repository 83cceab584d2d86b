using System.Text.Json;
using Nexus.Engine;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Users;

/// <summary>A whole user replaces what is stored, or is created. Null members leave what is stored, or take the default of the column.</summary>
/// <param name="Name">At most 256 characters; null keeps.</param>
/// <param name="Role"><c>user</c> or <c>admin</c>; null keeps, <c>user</c> for a new one.</param>
/// <param name="TimeZone">IANA name; null keeps, <c>UTC</c> for a new one.</param>
/// <param name="TelegramId">Null keeps.</param>
/// <param name="Groups">JSON object of group → bool; null keeps, all three default groups for a new one.</param>
/// <param name="ExpectedVersion">As in <see cref="ConditionalWrite"/>.</param>
/// <param name="CreatedAt">For a new one; null: the store's clock.</param>
/// <param name="MustExist">Creates no user: <see cref="WriteStatus.NotFound"/> if there is none.</param>
internal sealed record SaveUser(
    string ChatId, string? Name, string? Role, Expiry Expiry, string? TimeZone, long? TelegramId, ReadOnlyMemory<byte>? Groups, long? ExpectedVersion,
    DateTimeOffset? CreatedAt = null,
    bool MustExist = false) : ConditionalWrite(ExpectedVersion)
{
    public const string KindName = "save_user";

    internal override RecordTable Table => UserRow.Table;

    internal override string RecordId => ChatId;

    internal override string Kind => KindName;

    internal override bool CreatesRecord => !MustExist;

    internal override bool IsRemoval => false;

    /// <summary>
    /// Never: members that are null, an end that is kept or lengthened, and always when the user was added, stay as they are stored.
    /// </summary>
    internal override bool ReplacesRecord => false;

    internal override ReplayRule Replay => ReplayRule.NewerWins;

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => Groups?.Length ?? 0;

    internal override Write Settle(DateTimeOffset now) => this with
    {
        CreatedAt = CreatedAt ?? now,
        Expiry = Expiry.Kind switch
        {
            ExpiryKind.DaysFromNow => new Expiry(ExpiryKind.At, now.AddDays(Expiry.Days)),
            ExpiryKind.DaysMore when Expiry.Since is null => Expiry with { Since = now },
            _ => Expiry,
        },
    };

    internal override void WriteBody(Utf8JsonWriter json)
    {
        json.WriteText("name"u8, Name);
        json.WriteText("role"u8, Role);
        json.WriteString("expiry"u8, Expiry.Kind.ToString());
        if (Expiry.Kind == ExpiryKind.At) json.WriteTime("expires_at"u8, Expiry.At);
        json.WriteNumber("days"u8, Expiry.Days);
        json.WriteTime("accepted_at"u8, Expiry.Since);
        json.WriteText("timezone"u8, TimeZone);
        if (TelegramId is { } telegramId) json.WriteNumber("telegram_id"u8, telegramId);
        if (Groups is { } groups) json.WriteJson("groups"u8, groups);
        json.WriteTime("created_at"u8, CreatedAt);
        if (MustExist) json.WriteBoolean("must_exist"u8, true);
    }

    public static SaveUser Read(string chatId, JsonElement body) => new(
        chatId,
        body.ReadText("name"u8),
        body.ReadText("role"u8),
        new Expiry(
            ParseKind(body.ReadRequiredText("expiry"u8)), body.ReadTime("expires_at"u8) ?? default, body.GetProperty("days"u8).GetInt32(),
            body.ReadTime("accepted_at"u8)),
        body.ReadText("timezone"u8),
        body.TryGetProperty("telegram_id"u8, out var telegramId) ? telegramId.GetInt64() : null,
        body.ReadOptionalJson("groups"u8),
        ExpectedVersion: null,
        body.ReadTime("created_at"u8),
        body.TryGetProperty("must_exist"u8, out var mustExist) && mustExist.GetBoolean());

    public override Write? ReplaceSecrets(SecretVisitor visitor)
    {
        visitor.PlainDocument(NexusUsers.GroupsPlace(ChatId), Groups);
        return visitor.Text(Table, "name", Name) is { } name ? this with { Name = name } : null;
    }

    // Enum.TryParse takes any number, and a number that means nothing has itself as its text.
    private static ExpiryKind ParseKind(string text) =>
        Enum.TryParse<ExpiryKind>(text, out var kind) && Enum.IsDefined(kind) && kind.ToString() == text ? kind
            : throw new FormatException("an expiry of an unknown kind");
}

/// <summary>Moves the end of an existing user's subscription; <see cref="WriteStatus.NotFound"/> where there is none.</summary>
/// <param name="Days">Counted from the later of the present end and <paramref name="AcceptedAt"/>.</param>
/// <param name="AcceptedAt">
/// When the caller was acknowledged, for a write that is replayed: the end that was reported must hold. Null: the store's time of the write.
/// </param>
internal sealed record ExtendUser(string ChatId, int Days, DateTimeOffset? AcceptedAt = null) : Write
{
    public const string KindName = "extend_user";

    internal override RecordTable Table => UserRow.Table;

    internal override string RecordId => ChatId;

    internal override string Kind => KindName;

    internal override bool CreatesRecord => false;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => false;

    internal override bool KeepsVersion => false;

    internal override ReplayRule Replay => ReplayRule.Merges;

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => 0;

    internal override Write WithoutCondition() => this;

    internal override Write ExpectingAbsence() => this;

    internal override Write Settle(DateTimeOffset now) => AcceptedAt is null ? this with { AcceptedAt = now } : this;

    internal override void WriteBody(Utf8JsonWriter json)
    {
        json.WriteNumber("days"u8, Days);
        json.WriteTime("accepted_at"u8, AcceptedAt);
    }

    public static ExtendUser Read(string chatId, JsonElement body) =>
        new(chatId, body.GetProperty("days"u8).GetInt32(), body.ReadTime("accepted_at"u8));

    public override Write? ReplaceSecrets(SecretVisitor visitor) => null;
}

internal sealed record RemoveUser(string ChatId, long? ExpectedVersion) : RemovalWrite(ExpectedVersion)
{
    public const string KindName = "remove_user";

    internal override RecordTable Table => UserRow.Table;

    internal override string RecordId => ChatId;

    internal override string Kind => KindName;

    public static RemoveUser Read(string chatId, JsonElement body) => new(chatId, ExpectedVersion: null);
}
