using Nexus.Caching;
using Nexus.Engine;

namespace Nexus.Sessions;

/// <summary>A session as a store holds it: secrets sealed, config as UTF-8 JSON with sealed values inside.</summary>
internal sealed record SessionRow(string ChatId, string? ApiKey, string? ApiSecret, ReadOnlyMemory<byte> Config, long Version,
    DateTimeOffset UpdatedAt) : IHasSize, IStateRow
{
    public static RecordTable Table { get; } = new()
    {
        Name = "sessions",
        KeyColumn = "chat_id",
        LockOrder = 0,
        Number = 0,
        Describe = id => $"session {id}",
        RestoringKind = SaveSession.KindName,
    };

    public int Size => IHasSize.Overhead + Config.Length + (2 * (ChatId.Length + (ApiKey?.Length ?? 0) + (ApiSecret?.Length ?? 0)));

    public WriteKey RecordKey => new(Table, ChatId);

    public DateTimeOffset? WrittenAt => UpdatedAt;

    public DateTimeOffset AsOf => UpdatedAt;

    public Write ToWrite() => new SaveSession(ChatId, SealedField.Set(ApiKey), SealedField.Set(ApiSecret), Config, ExpectedVersion: null);

    public Write? ReplaceSecrets(SecretVisitor visitor)
    {
        var config = visitor.Document(SessionSealing.Place(ChatId, "config"), Config);
        var apiKey = visitor.Column(SessionSealing.Place(ChatId, "api_key"), ApiKey);
        var apiSecret = visitor.Column(SessionSealing.Place(ChatId, "api_secret"), ApiSecret);
        return config is null && apiKey is null && apiSecret is null
            ? null
            : new ResealSession(ChatId, apiKey ?? ApiKey, apiSecret ?? ApiSecret, config ?? Config, Version);
    }
}

/// <summary>Which sessions to stream, all conditions together.</summary>
/// <param name="Mode">The config's <c>mode</c>, exactly.</param>
/// <param name="Strategy">A name that is <c>true</c> in the config's <c>strategies</c>.</param>
/// <param name="After">Only chats after this one in key order: a page follows the last chat of the one before.</param>
/// <param name="Limit">At most so many.</param>
internal sealed record SessionQuery(string? Mode = null, string? Strategy = null, string? After = null, int? Limit = null);
