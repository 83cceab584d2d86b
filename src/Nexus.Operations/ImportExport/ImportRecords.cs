using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.KeyedState;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.ImportExport;

/// <summary>One entry of a file: a record, or the reason why it is not one.</summary>
/// <param name="Kind">The kind under which it is counted.</param>
/// <param name="Name">Its name in the report, such as <c>session 12345</c>.</param>
internal abstract record ImportRecord(ImportKind Kind, string Name)
{
    /// <summary>What tells records of a kind apart; the name may be cut.</summary>
    public virtual string Identity => Name;

    /// <summary>Learns the result and the reason of a refusal; null if only the kind is counted.</summary>
    public Action<ImportResult, string?>? Counted { get; init; }
}

/// <summary>An entry that cannot be converted. It is reported, and the import continues.</summary>
internal sealed record RefusedRecord(ImportKind Kind, string Name, string Reason) : ImportRecord(Kind, Name);

/// <summary>A session. Its secrets are in plain text, or sealed for their place.</summary>
/// <param name="UpdatedAt">Null if the file does not contain it.</param>
internal sealed record SessionRecord(ChatId ChatId, string? ApiKey, string? ApiSecret, ReadOnlyMemory<byte> Config, DateTimeOffset? UpdatedAt)
    : ImportRecord(ImportKind.Sessions, $"session {ChatId}");

internal sealed record UserRecord(
    ChatId ChatId, string? UserName, UserRole Role, DateTimeOffset? ExpiresAt, DateTimeOffset? CreatedAt, string? TimeZone, long? TelegramId,
        ReadOnlyMemory<byte>? Groups)
    : ImportRecord(ImportKind.Users, $"user {ChatId}");

internal sealed record BotStateRecord(
    ReadOnlyMemory<byte> Strategies, ReadOnlyMemory<byte> Groups, IReadOnlyList<string> DisabledAssets, bool AiFilterEnabled,
        DateTimeOffset? UpdatedAt)
    : ImportRecord(ImportKind.BotState, "the bot state");

internal sealed record ConfigEntryRecord(string Key, ReadOnlyMemory<byte> Value, string? UpdatedBy, DateTimeOffset? UpdatedAt)
    : ImportRecord(ImportKind.SystemConfig, $"system config {ClientText.Short(Key)}");

/// <summary>An API key, or the index of API keys, as one sealed value.</summary>
internal sealed record ReservedRecord(string Key, ReadOnlyMemory<byte> Value)
    : ImportRecord(ImportKind.ApiKeys, $"API key {ClientText.Short(Key)}");

internal sealed record TradeRecord(Trade Trade) : ImportRecord(ImportKind.Trades, $"trade {Trade.Id}")
{
    public override string Identity => $"{Trade.Id}";

    /// <summary>Whether a stored open trade is closed with the figures of this one, which do not follow from its fills.</summary>
    public bool HasFiguresOfItsOwn { get; init; }
}

internal sealed record StateRecord(StateKey StateKey, ReadOnlyMemory<byte> Value, DateTimeOffset? ExpiresAt, DateTimeOffset? UpdatedAt)
    : ImportRecord(ImportKind.State, $"state {ClientText.Short(StateKey.Id)}")
{
    public override string Identity => StateKey.Id;
}

internal sealed record TaskRecord(TaskRow Task) : ImportRecord(ImportKind.Tasks, $"task {Task.Id}");

/// <summary>How a strategy is tuned.</summary>
internal sealed record CalibrationRecord(CalibrationKey Key, CalibrationValues Values, DateTimeOffset? UpdatedAt)
    : ImportRecord(ImportKind.Calibrations, $"calibration {ClientText.Short(Key.Id)}")
{
    public override string Identity => Key.Id;
}
