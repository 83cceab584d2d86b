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
internal sealed record ExportedHeader(int Format, DateTimeOffset CreatedAt, IReadOnlyList<string> KeyIds) : ExportLine
{
    public const int CurrentFormat = 1;
}

/// <summary>A session. Secrets are sealed, in columns and in the config.</summary>
internal sealed record ExportedSession(string ChatId, string? ApiKey, string? ApiSecret, RawJson Config, long Version, DateTimeOffset UpdatedAt)
    : ExportLine;

internal sealed record ExportedUser(
    string ChatId, string? Name, string Role, DateTimeOffset? ExpiresAt, DateTimeOffset CreatedAt, string Timezone, long? TelegramId, RawJson Groups,
        long Version) : ExportLine;

internal sealed record ExportedBotState(
    RawJson EnabledStrategies, RawJson GroupConfig, IReadOnlyList<string> DisabledAssets, bool AiFilterEnabled, long Version,
        DateTimeOffset LastUpdated) : ExportLine;

internal sealed record ExportedConfigEntry(string Key, RawJson Value, string? UpdatedBy, DateTimeOffset UpdatedAt, long Version) : ExportLine;

/// <summary>A value of the keyed state. Expired values are not exported.</summary>
internal sealed record ExportedState(
    string Namespace, string Key, RawJson Value, DateTimeOffset? ExpiresAt, long Version, DateTimeOffset UpdatedAt) : ExportLine;

/// <summary>A scheduled task with what became of its runs, without the lease of a worker.</summary>
internal sealed record ExportedTask(
    Guid Id, string ChatId, string Action, RawJson Params, string ScheduleType, string ScheduleValue, string Timezone, string Missed,
    string? Description, string? JobId, bool IsActive, DateTimeOffset? NextRun, DateTimeOffset CreatedAt, long Fence, long CompletedFence,
    int Attempts, DateTimeOffset? LastRun, string? LastError, long Version, DateTimeOffset UpdatedAt) : ExportLine;

/// <summary>How a strategy is tuned.</summary>
internal sealed record ExportedCalibration(
    string ChatId, string Strategy, string? Symbol, string? Exchange, decimal ConfidenceThreshold, decimal LeverageMultiplier,
    decimal SizeMultiplier, decimal KellyFraction, decimal? WinRateEstimate, decimal? RiskRewardEstimate, bool IsActive, long Version,
    DateTimeOffset UpdatedAt) : ExportLine;

/// <summary>The last line. If it is missing, the export is truncated.</summary>
/// <param name="Records">The number of lines between the first and this one.</param>
internal sealed record ExportedEnd(long Records) : ExportLine;

[JsonSerializable(typeof(ExportLine))]
internal sealed partial class ExchangeJson : JsonSerializerContext
{
    public static ExchangeJson Strict { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        MaxDepth = 1000,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new TextConverter(), new DecimalConverter(), new InstantConverter(), new SideConverter(), new FillSideConverter(),
            new StatusConverter() },
    });
}
