using System.Diagnostics.CodeAnalysis;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Infrastructure;
using Nexus.Secrets;

namespace Nexus.Sessions;

/// <summary>A session as a store holds it: secrets sealed, config as UTF-8 JSON with sealed values inside.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record SessionRow(string ChatId, string? ApiKey, string? ApiSecret, ReadOnlyMemory<byte> Config, long Version,
    DateTimeOffset UpdatedAt) : IHasSize, IStateRow
{
    internal static RecordTable Table { get; } = new()
    {
        Name = "sessions",
        KeyColumn = "chat_id",
        LockOrder = 0,
        Number = 0,
        Describe = id => $"session {id}",
        RestoringKind = SaveSession.KindName,
        IsOfChat = static (id, _, chat) => id == chat,
        PlaceOf = static id => RecordPlace.OfChat(id),
        Signals = SignalPart.Chat,
        KeepsHistory = true,
        IsSavedByBots = true,
    };

    /// <summary>What is known about <see cref="Config"/>.</summary>
    internal DocumentFacts ConfigFacts { get; } = new(Config);

    int IHasSize.Size => IHasSize.Overhead + Config.Length + (2 * (ChatId.Length + (ApiKey?.Length ?? 0) + (ApiSecret?.Length ?? 0)));

    WriteKey IStateRow.RecordKey => new(Table, ChatId);

    DateTimeOffset? IStateRow.WrittenAt => UpdatedAt;

    DateTimeOffset IStateRow.AsOf => UpdatedAt;

    Write IStateRow.ToWrite() => new SaveSession(ChatId, SealedField.Set(ApiKey), SealedField.Set(ApiSecret), Config, ExpectedVersion: null);

    IReadOnlyList<RecordField> IStateRow.Fields =>
    [
        RecordField.Secret("apiKey", SessionSealing.Place(ChatId, "api_key"), ApiKey),
        RecordField.Secret("apiSecret", SessionSealing.Place(ChatId, "api_secret"), ApiSecret),
        RecordField.Document("config", SessionSealing.Place(ChatId, "config"), Config),
    ];

    /// <summary>The record and its version, never its content.</summary>
    public override string ToString() => $"session {ChatId}, version {Version}";

    Write? IStateRow.ReplaceSecrets(SecretVisitor visitor)
    {
        var config = visitor.Document(SessionSealing.Place(ChatId, "config"), Config);
        var apiKey = visitor.Column(SessionSealing.Place(ChatId, "api_key"), ApiKey);
        var apiSecret = visitor.Column(SessionSealing.Place(ChatId, "api_secret"), ApiSecret);
        return config is null && apiKey is null && apiSecret is null
            ? null
            : new ResealSession(ChatId, apiKey ?? ApiKey, apiSecret ?? ApiSecret, config ?? Config, Version);
    }
}
