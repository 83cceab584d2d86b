using System.Diagnostics.CodeAnalysis;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Infrastructure;

namespace Nexus.Trades;

/// <summary>Which trades to stream, all conditions together, newest entry first.</summary>
/// <param name="From">Entry time, inclusive.</param>
/// <param name="To">Entry time, exclusive.</param>
/// <param name="After">Only trades that come after this place in the order: a page follows the last trade of the one before.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record TradeQuery(
    string? ChatId = null,
    TradeStatus? Status = null,
    string? Symbol = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    TradeCursor? After = null,
    int? Limit = null)
{
    /// <summary>Trades with one id that a search returns.</summary>
    internal const int MaxNamesakes = 100;

    /// <summary>One strategy; null for all.</summary>
    public string? Strategy { get; init; }

    /// <summary>One exchange; null for all.</summary>
    public string? Exchange { get; init; }

    /// <summary>Exit time, inclusive.</summary>
    public DateTimeOffset? ExitFrom { get; init; }

    /// <summary>Exit time, exclusive.</summary>
    public DateTimeOffset? ExitTo { get; init; }

    /// <summary>Only trades whose metadata has members. A store has millions of trades, and only their metadata holds sealed values.</summary>
    internal bool WithMetadata { get; init; }
}
