using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.KeyedState;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;

namespace Nexus.Operations.Keys;

/// <summary>Creates the write that reseals a record under the first key of the ring; null if it is already under that key.</summary>
internal sealed class Resealer(DocumentSealer documents)
{
    /// <exception cref="SecretUnreadableException">A value cannot be opened. The record stays unchanged.</exception>
    public Write? Reseal(SessionRow row)
    {
        var sealer = documents.Sealer;
        var config = documents.Reseal(new SealContext("sessions", row.ChatId, "config"), row.Config.Span);
        if (config is null && !sealer.NeedsReseal(row.ApiKey) && !sealer.NeedsReseal(row.ApiSecret)) return null;
        return new ResealSession(row.ChatId, Column("api_key", row.ApiKey), Column("api_secret", row.ApiSecret), config is null ? row.Config : config,
            row.Version);

        string? Column(string name, string? value) => sealer.NeedsReseal(value) ? sealer.Reseal(new SealContext("sessions", row.ChatId, name), value!)
            : value;
    }

    /// <exception cref="SecretUnreadableException">A value cannot be opened. The record stays unchanged.</exception>
    public Write? Reseal(SystemConfigRow row) =>
        documents.Reseal(NexusSystemConfig.Place(row.Key), row.Value.Span) is { } value ? new ResealSystemConfig(row.Key, value, row.Version) : null;

    /// <exception cref="SecretUnreadableException">A value cannot be opened. The record stays unchanged.</exception>
    public Write? Reseal(TradeRow row) =>
        documents.Reseal(TradeSealing.Place(row.ChatId, row.Id), row.Metadata.Span) is { } metadata
            ? new ResealTrade(row.Id, row.ChatId, row.EntryTimestamp, metadata, row.Version) : null;

    /// <exception cref="SecretUnreadableException">A value cannot be opened. The record stays unchanged.</exception>
    public Write? Reseal(KeyedStateRow row) =>
        documents.Reseal(StateKey.Place(row.Id), row.Value.Span) is { } value ? new ResealKeyedState(row.Id, value, row.Version) : null;

    /// <summary>The switches rarely contain a secret and are one record, so their version increases as with any other change.</summary>
    /// <exception cref="SecretUnreadableException">A value cannot be opened. The record stays unchanged.</exception>
    public Write? Reseal(BotStateRow row)
    {
        var strategies = documents.Reseal(SealedValues.BotStatePlace("enabled_strategies"), row.Strategies.Span);
        var groups = documents.Reseal(SealedValues.BotStatePlace("group_config"), row.Groups.Span);
        if (strategies is null && groups is null) return null;
        return new ChangeBotState(
            strategies is null ? row.Strategies : strategies, groups is null ? row.Groups : groups, AssetChange.Replace(row.DisabledAssets),
                row.AiFilter, Replace: true, row.Version);
    }
}
