using Nexus.Json;

namespace Nexus.BotState;

/// <summary>The bot's global switches: one record for the whole bot.</summary>
public sealed record BotSwitches
{
    /// <summary>JSON object of strategy → bool.</summary>
    public StateJson EnabledStrategies { get; init; } = StateJson.EmptyObject;

    /// <summary>JSON object of group → bool or settings.</summary>
    public StateJson GroupConfig { get; init; } = StateJson.EmptyObject;

    /// <summary>Symbols that are not traded; at most 10,000 of at most 64 characters each.</summary>
    public IReadOnlyList<string> DisabledAssets { get; init; } = [];

    /// <summary>Whether signals pass the AI filter.</summary>
    public bool AiFilterEnabled { get; init; } = true;

    /// <summary>Increases by one with each commit that changed the record; 0 when nothing was ever written.</summary>
    public long Version { get; init; }

    /// <summary>When it was last changed, by the store's clock.</summary>
    public DateTimeOffset LastUpdated { get; init; }
}
