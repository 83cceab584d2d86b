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

    /// <summary>How many trades a query would list without its place and its limit, counted exactly.</summary>
    internal Task<long> CountTradesAsync(TradeQuery query, CancellationToken cancellationToken);

    /// <summary>The figures of closed trades, summed by the store in exact decimals.</summary>
    internal Task<TradePerformance> GetPerformanceAsync(PerformanceQuery query, CancellationToken cancellationToken);

    /// <summary>The same in groups, of which the <paramref name="limit"/> with the largest total PnL are returned.</summary>
    internal Task<PerformanceGroups> GetPerformanceGroupsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken);

    /// <summary>The first buckets of the exit of closed trades, in order of time, those without an exit time last.</summary>
    internal Task<IReadOnlyList<TradeSegment>> GetTradeSegmentsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken);
}
