namespace Nexus.Server.Dashboard;

/// <summary>The bot's switches.</summary>
public sealed class BotStateModel
{
    /// <summary>The strategies with whether each is on.</summary>
    public required IReadOnlyList<Switch> Strategies { get; init; }

    /// <summary>The groups with whether each is on, or their settings.</summary>
    public required IReadOnlyList<Switch> Groups { get; init; }

    /// <summary>The assets that are not traded.</summary>
    public required IReadOnlyList<string> DisabledAssets { get; init; }

    /// <summary>Whether signals pass the AI filter.</summary>
    public required bool AiFilter { get; init; }

    /// <summary>The version.</summary>
    public required long Version { get; init; }

    /// <summary>When the switches were last changed; null if never.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>The last changes.</summary>
    public required HistoryGlance History { get; init; }

    /// <summary>Why a change failed; null if it did not.</summary>
    public string? Error { get; init; }

    /// <summary>What was typed into the form that failed.</summary>
    public string? Typed { get; init; }

    /// <summary>A switch.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="IsOn">Whether it is on; null where the value is not true or false.</param>
    /// <param name="Settings">The value where it is not true or false.</param>
    public sealed record Switch(string Name, bool? IsOn, string? Settings);
}
