using Nexus.Chats;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Trades;

/// <summary>Which trades to list. All conditions must hold.</summary>
public sealed record TradeFilter
{
    /// <summary>One chat.</summary>
    public ChatId? ChatId { get; init; }

    /// <summary>One status.</summary>
    public TradeStatus? Status { get; init; }

    /// <summary>One symbol, exactly.</summary>
    public string? Symbol { get; init; }

    /// <summary>One strategy, exactly.</summary>
    public string? Strategy { get; init; }

    /// <summary>One exchange, exactly.</summary>
    public string? Exchange { get; init; }

    /// <summary>Entered at or after.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Entered before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Closed at or after.</summary>
    public DateTimeOffset? ExitFrom { get; init; }

    /// <summary>Closed before.</summary>
    public DateTimeOffset? ExitTo { get; init; }

    /// <summary>Only trades after this one: the last trade of the previous page.</summary>
    public Trade? After { get; init; }

    /// <summary>The most trades to return, 1 or more; null for all.</summary>
    public int? Limit { get; init; }
}
