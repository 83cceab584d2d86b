using Nexus.Json;

namespace Nexus.BotState;

/// <summary>Changes to the switches; null keeps the stored value.</summary>
public sealed record BotSwitchesPatch
{
    /// <summary>JSON merge patch (RFC 7396) of the enabled strategies.</summary>
    public StateJson? EnabledStrategies { get; init; }

    /// <summary>JSON merge patch (RFC 7396) of the group config.</summary>
    public StateJson? GroupConfig { get; init; }

    /// <summary>The whole new list.</summary>
    public IReadOnlyList<string>? DisabledAssets { get; init; }

    /// <summary>The AI filter's switch.</summary>
    public bool? AiFilterEnabled { get; init; }
}
