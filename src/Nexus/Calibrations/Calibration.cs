using Nexus.Chats;

namespace Nexus.Calibrations;

/// <summary>How a strategy of a chat is tuned, for one symbol or all and for one exchange or all.</summary>
public sealed record Calibration
{
    /// <summary>The chat.</summary>
    public required ChatId ChatId { get; init; }

    /// <summary>The strategy.</summary>
    public required string Strategy { get; init; }

    /// <summary>The symbol; null for all.</summary>
    public string? Symbol { get; init; }

    /// <summary>The exchange; null for all.</summary>
    public string? Exchange { get; init; }

    /// <summary>How it is tuned.</summary>
    public required CalibrationValues Values { get; init; }

    /// <summary>Increases by one with each change.</summary>
    public long Version { get; init; }

    /// <summary>When it was last changed, by the store's clock.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
