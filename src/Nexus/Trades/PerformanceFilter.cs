using Nexus.Chats;

namespace Nexus.Trades;

/// <summary>Which closed trades the figures are about. All conditions must hold; none: every closed trade that has a PnL.</summary>
public sealed record PerformanceFilter
{
    /// <summary>One chat; null for all.</summary>
    public ChatId? ChatId { get; init; }

    /// <summary>One symbol, exactly.</summary>
    public string? Symbol { get; init; }

    /// <summary>One strategy, exactly.</summary>
    public string? Strategy { get; init; }

    /// <summary>One exchange, exactly.</summary>
    public string? Exchange { get; init; }

    /// <summary>Closed in this many last days by the store's clock, 1 to 36,500. Not together with <see cref="From"/> or <see cref="To"/>.</summary>
    public int? Days { get; init; }

    /// <summary>Closed at or after.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Closed before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>
    /// Also averages the excursions: the numbers <c>mae</c> and <c>mfe</c> in the metadata of the trades. They are not part of any index, so every
    /// trade is read whole.
    /// </summary>
    public bool WithExcursions { get; init; }
}
