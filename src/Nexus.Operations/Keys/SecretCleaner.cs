using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.KeyedState;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Keys;

/// <summary>
/// Finds secrets in plain text in one record or pending write, and creates the write that seals them; null if there is nothing to change.
/// </summary>
internal sealed class SecretCleaner(Sealer sealer, SecretScanOptions options)
{
    private readonly DocumentSealer _documents = new(sealer);

    public ResealSession? Clean(SessionRow row, SecretScanCounts? counts)
    {
        var config = Document(SessionPlace(row.ChatId, "config"), row.Config, counts);
        var apiKey = Column(SessionPlace(row.ChatId, "api_key"), row.ApiKey, counts);
        var apiSecret = Column(SessionPlace(row.ChatId, "api_secret"), row.ApiSecret, counts);
        if (config is null && apiKey is null && apiSecret is null) return null;
        return new ResealSession(row.ChatId, apiKey ?? row.ApiKey, apiSecret ?? row.ApiSecret, config is null ? row.Config : config, row.Version);
    }

    /// <summary>Reserved settings are never sealed in place: a planted API key would become valid.</summary>
    public ResealSystemConfig? Clean(SystemConfigRow row, SecretScanCounts? counts)
    {
        if (ReservedSettings.IsReserved(row.Key)) return null;
        Name("system_config", "key", row.Key, counts);
        Name("system_config", "updated_by", row.UpdatedBy, counts);
        return Document(NexusSystemConfig.Place(row.Key), row.Value, counts) is { } value ? new ResealSystemConfig(row.Key, value, row.Version)
            : null;
    }

    public ResealKeyedState? Clean(KeyedStateRow row, SecretScanCounts? counts)
    {
        Name("keyed_state", "id", row.Id, counts);
        return Document(StateKey.Place(row.Id), row.Value, counts) is { } value ? new ResealKeyedState(row.Id, value, row.Version) : null;
    }

    public ResealTrade? Clean(TradeRow row, SecretScanCounts? counts)
    {
        var (metadata, reason) = CleanParts(row, counts);
        if (metadata is null && reason is null) return null;
        return new ResealTrade(row.Id, row.ChatId, row.EntryTimestamp, metadata is null ? row.Metadata : metadata, row.Version, reason);
    }

    public SaveUser? Clean(UserRow row, SecretScanCounts? counts) => Text("users", "name", row.Name, counts) is { } name
        ? new SaveUser(row.ChatId, name, null, new Expiry(ExpiryKind.Keep), null, null, null, row.Version, MustExist: true)
        : null;

    /// <summary>The switches are one record, so their version increases as with any other change.</summary>
    public ChangeBotState? Clean(BotStateRow row, SecretScanCounts? counts)
    {
        var strategies = Document(SealedValues.BotStatePlace("enabled_strategies"), row.Strategies, counts);
        var groups = Document(SealedValues.BotStatePlace("group_config"), row.Groups, counts);
        if (strategies is null && groups is null) return null;
        return new ChangeBotState(
            strategies is null ? row.Strategies : strategies, groups is null ? row.Groups : groups, AssetChange.Replace(row.DisabledAssets),
                row.AiFilter, Replace: true, row.Version);
    }

    /// <summary>A pending write of the outbox.</summary>
    public Write? Clean(Write write, SecretScanCounts counts) => write switch
    {
        SaveSession save => Clean(save, counts),
        PatchSessionConfig patch => Document(SessionPlace(patch.ChatId, "config"), patch.Patch, counts) is { } json ? patch with { Patch = json }
            : null,
        SetSystemConfig set when !ReservedSettings.IsReserved(set.ConfigKey) =>
            Document(NexusSystemConfig.Place(set.ConfigKey), set.Value, counts) is { } value ? set with { Value = value } : null,
        OpenTrade open => CleanParts(open.Trade, counts) is var (metadata, reason) && (metadata is not null || reason is not null)
            ? open with
            {
                Trade = open.Trade with
                {
                    Metadata = metadata is null ? open.Trade.Metadata : metadata,
                    ExitReason = reason
                ?? open.Trade.ExitReason
                }
            }
            : null,
        CloseTrade close => Text("trades", "exit_reason", close.ExitReason, counts) is { } reason ? close with { ExitReason = reason } : null,
        SaveUser save => Text("users", "name", save.Name, counts) is { } name ? save with { Name = name } : null,
        ChangeBotState change => Clean(change, counts),
        SaveKeyedState save => Document(StateKey.Place(save.Id), save.Value, counts) is { } value ? save with { Value = value } : null,
        PatchKeyedState patch => Document(StateKey.Place(patch.Id), patch.Patch, counts) is { } json ? patch with { Patch = json } : null,
        _ => null,
    };

    private SaveSession? Clean(SaveSession save, SecretScanCounts counts)
    {
        var config = Document(SessionPlace(save.ChatId, "config"), save.Config, counts);
        var apiKey = save.ApiKey.IsKept ? null : Column(SessionPlace(save.ChatId, "api_key"), save.ApiKey.Value, counts);
        var apiSecret = save.ApiSecret.IsKept ? null : Column(SessionPlace(save.ChatId, "api_secret"), save.ApiSecret.Value, counts);
        if (config is null && apiKey is null && apiSecret is null) return null;
        return save with
        {
            Config = config is null ? save.Config : config,
            ApiKey = apiKey is null ? save.ApiKey : SealedField.Set(apiKey),
            ApiSecret = apiSecret is null ? save.ApiSecret : SealedField.Set(apiSecret),
        };
    }

    private ChangeBotState? Clean(ChangeBotState change, SecretScanCounts counts)
    {
        var strategies = change.Strategies is { } given ? Document(SealedValues.BotStatePlace("enabled_strategies"), given, counts) : null;
        var groups = change.Groups is { } others ? Document(SealedValues.BotStatePlace("group_config"), others, counts) : null;
        if (strategies is null && groups is null) return null;
        return change with { Strategies = strategies is null ? change.Strategies : strategies, Groups = groups is null ? change.Groups : groups };
    }

    private (byte[]? Metadata, string? ExitReason) CleanParts(TradeRow trade, SecretScanCounts? counts)
    {
        Name("trades", "strategy", trade.Strategy, counts);
        Name("trades", "symbol", trade.Symbol, counts);
        Name("trades", "exchange", trade.Exchange, counts);
        return (Document(TradeSealing.Place(trade.ChatId, trade.Id), trade.Metadata, counts),
            Text("trades", "exit_reason", trade.ExitReason, counts));
    }

    private static SealContext SessionPlace(string chatId, string column) => new("sessions", chatId, column);

    private byte[]? Document(SealContext place, ReadOnlyMemory<byte> json, SecretScanCounts? counts)
    {
        var scanned = DocumentScanner.Scan(_documents, place, json.Span, options.AcceptPlain);
        counts?.Add(place, scanned, options.AcceptPlain);
        return scanned.Json;
    }

    /// <summary>A legacy token is opened first. If no key opens it, it stays.</summary>
    private string? Column(SealContext place, string? value, SecretScanCounts? counts)
    {
        if (string.IsNullOrEmpty(value) || Sealer.IsSealed(value)) return null;
        var ciphertext = "";
        var isSealed = options.AcceptPlain && sealer.TryAcceptLegacy(place, value, out ciphertext, out _);
        counts?.AddColumn(place, isSealed);
        return isSealed ? ciphertext : null;
    }

    private string? Text(string table, string column, string? text, SecretScanCounts? counts)
    {
        if (text is null || !SecretFields.IsSecretValue(text)) return null;
        counts?.AddText(table, column, PlainSecretKind.Text, options.MaskTexts);
        return options.MaskTexts ? RedactedText.From(text) : null;
    }

    private static void Name(string table, string column, string? text, SecretScanCounts? counts)
    {
        if (text is not null && SecretFields.IsSecretValue(text)) counts?.AddText(table, column, PlainSecretKind.Name, done: false);
    }
}
