using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Trades;

/// <summary>Reads trades from a store.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface ITradeReader
{
    /// <summary>
    /// The trades that have an id, newest entry first: several where chats use the same. Chat and entry time narrow the search where they are known.
    /// At most <see cref="TradeQuery.MaxNamesakes"/>.
    /// </summary>
    internal Task<IReadOnlyList<TradeRow>> FindTradesAsync(Guid id, string? chatId, DateTimeOffset? entryTimestamp,
        CancellationToken cancellationToken);

    /// <summary>Streams trades, newest entry first: order by entry time descending, then id descending, then chat id.</summary>
    IAsyncEnumerable<TradeRow> ListTradesAsync(TradeQuery query, CancellationToken cancellationToken);

    /// <summary>Figures over closed trades, computed by the store in exact decimals.</summary>
    /// <param name="chatId">One chat, or all of them.</param>
    /// <param name="days">Only trades closed in the last so many days by the store's clock, or all.</param>
    internal Task<TradePerformance> GetPerformanceAsync(string? chatId, int? days, CancellationToken cancellationToken);
}
