using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Operations.Json;
using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>The first line of an export.</summary>
/// <param name="Format">The version of the format. A reader refuses a newer one.</param>
/// <param name="CreatedAt">When the export began, by the store's clock.</param>
/// <param name="KeyIds">Ids of the encryption keys at the time. Importing needs the keys that sealed the secrets.</param>
internal sealed record ExportedHeader(int Format, DateTimeOffset CreatedAt, IReadOnlyList<string> KeyIds)
{
    public const int CurrentFormat = 1;

    [JsonPropertyOrder(-1)]
    public string Kind => "nexus";
}

/// <summary>A session. Secrets are sealed, in columns and in the config.</summary>
internal sealed record ExportedSession(string ChatId, string? ApiKey, string? ApiSecret, RawJson Config, long Version, DateTimeOffset UpdatedAt)
{
    [JsonPropertyOrder(-1)]
    public string Kind => "session";
}

internal sealed record ExportedUser(
    string ChatId, string? Name, string Role, DateTimeOffset? ExpiresAt, DateTimeOffset CreatedAt, string Timezone, long? TelegramId, RawJson Groups,
        long Version)
{
    [JsonPropertyOrder(-1)]
    public string Kind => "user";
}

internal sealed record ExportedBotState(
    RawJson EnabledStrategies, RawJson GroupConfig, IReadOnlyList<string> DisabledAssets, bool AiFilterEnabled, long Version,
        DateTimeOffset LastUpdated)
{
    [JsonPropertyOrder(-1)]
    public string Kind => "botState";
}

internal sealed record ExportedConfigEntry(string Key, RawJson Value, string? UpdatedBy, DateTimeOffset UpdatedAt, long Version)
{
    [JsonPropertyOrder(-1)]
    public string Kind => "systemConfig";
}

internal sealed record ExportedTrade(
    Guid Id,
    string ChatId,
    string Symbol,
    TradeSide Side,
    string? Strategy,
    string? Exchange,
    decimal EntryPrice,
    decimal? ExitPrice,
    decimal Quantity,
    int Leverage,
    DateTimeOffset EntryTimestamp,
    DateTimeOffset? ExitTimestamp,
    decimal? Pnl,
    decimal? PnlPct,
    decimal Fees,
    decimal Slippage,
    TradeStatus Status,
    string? ExitReason,
    RawJson Metadata,
    long Version,
    DateTimeOffset UpdatedAt)
{
    [JsonPropertyOrder(-1)]
    public string Kind => "trade";
}

/// <summary>A value of the keyed state. Expired values are not exported.</summary>
internal sealed record ExportedState(
    string Namespace, string Key, RawJson Value, DateTimeOffset? ExpiresAt, long Version, DateTimeOffset UpdatedAt)
{
    [JsonPropertyOrder(-1)]
    public string Kind => "state";
}

/// <summary>The last line. If it is missing, the export is truncated.</summary>
/// <param name="Records">The number of lines between the first and this one.</param>
internal sealed record ExportedEnd(long Records)
{
    [JsonPropertyOrder(-1)]
    public string Kind => "end";
}

[JsonSerializable(typeof(ExportedHeader))]
[JsonSerializable(typeof(ExportedSession))]
[JsonSerializable(typeof(ExportedUser))]
[JsonSerializable(typeof(ExportedBotState))]
[JsonSerializable(typeof(ExportedConfigEntry))]
[JsonSerializable(typeof(ExportedTrade))]
[JsonSerializable(typeof(ExportedState))]
[JsonSerializable(typeof(ExportedEnd))]
internal sealed partial class ExchangeJson : JsonSerializerContext
{
    public static ExchangeJson Strict { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        MaxDepth = 1000,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new TextConverter(), new DecimalConverter(), new InstantConverter(), new SideConverter(), new StatusConverter() },
    });
}
