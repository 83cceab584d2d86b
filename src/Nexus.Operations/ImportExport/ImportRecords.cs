using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.ImportExport;

/// <summary>One thing found in a file: a record, or why it is none.</summary>
/// <param name="Kind">Which count it belongs to.</param>
/// <param name="Name">How the report names it, such as <c>session 12345</c>.</param>
internal abstract record ImportRecord(ImportKind Kind, string Name);

/// <summary>What cannot be converted; it stays in the file and the rest goes on.</summary>
internal sealed record RefusedRecord(ImportKind Kind, string Name, string Reason) : ImportRecord(Kind, Name);

/// <summary>A session whose secrets are plain or sealed for their place.</summary>
/// <param name="UpdatedAt">Null where the file does not say.</param>
internal sealed record SessionRecord(ChatId ChatId, string? ApiKey, string? ApiSecret, ReadOnlyMemory<byte> Config, DateTimeOffset? UpdatedAt)
    : ImportRecord(ImportKind.Sessions, $"session {ChatId}");

internal sealed record UserRecord(
    ChatId ChatId, string? UserName, UserRole Role, DateTimeOffset? ExpiresAt, DateTimeOffset? CreatedAt, string? TimeZone, long? TelegramId, ReadOnlyMemory<byte>? Groups)
    : ImportRecord(ImportKind.Users, $"user {ChatId}");

internal sealed record BotStateRecord(
    ReadOnlyMemory<byte> Strategies, ReadOnlyMemory<byte> Groups, IReadOnlyList<string> DisabledAssets, bool AiFilterEnabled, DateTimeOffset? UpdatedAt)
    : ImportRecord(ImportKind.BotState, "the bot state");

internal sealed record ConfigEntryRecord(string Key, ReadOnlyMemory<byte> Value, string? UpdatedBy, DateTimeOffset? UpdatedAt)
    : ImportRecord(ImportKind.SystemConfig, $"system config {ClientText.Short(Key)}");

/// <summary>An API key, or their index, as one sealed value.</summary>
internal sealed record ReservedRecord(string Key, ReadOnlyMemory<byte> Value)
    : ImportRecord(ImportKind.ApiKeys, $"API key {ClientText.Short(Key)}");

internal sealed record TradeRecord(Trade Trade) : ImportRecord(ImportKind.Trades, $"trade {Trade.Id}");

/// <summary>The kinds of record that are counted.</summary>
public enum ImportKind
{
    /// <summary>Sessions.</summary>
    Sessions,

    /// <summary>Users.</summary>
    Users,

    /// <summary>The bot's switches.</summary>
    BotState,

    /// <summary>Settings.</summary>
    SystemConfig,

    /// <summary>Trades.</summary>
    Trades,

    /// <summary>API keys of callers.</summary>
    ApiKeys,

    /// <summary>What is no record of any kind.</summary>
    Unknown,
}
