using System.Runtime.CompilerServices;
using Nexus.Trades;

namespace Nexus.Postgres;

/// <summary>Figures over closed trades: of one chat from the sums of its days, where it has them, and from the trades otherwise.</summary>
internal sealed partial class PostgresStore
{
    /// <summary>Sums the days of chats with many trades.</summary>
    internal TradeSummaries Summaries => _summaries;

    public async Task<TradePerformance> GetPerformanceAsync(PerformanceQuery query, CancellationToken cancellationToken) =>
        (await FoldAsync(query, limit: 1, cancellationToken).ConfigureAwait(false)).ToPerformance();

    public async Task<PerformanceGroups> GetPerformanceGroupsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken) =>
        (await FoldAsync(query, limit, cancellationToken).ConfigureAwait(false)).ToGroups();

    public async Task<IReadOnlyList<TradeSegment>> GetTradeSegmentsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken)
    {
        if (!PostgresTradeSums.Serves(query))
            return await _reads.ListAsync(PostgresPerformance.Get(query, limit), cancellationToken).ConfigureAwait(false);
        List<TradeSegment> buckets = [];
        await foreach (var day in ReadDaysAsync(query, cancellationToken).ConfigureAwait(false))
        {
            var segment = day with { Start = query.StartOfBucket(day.Start) };
            if (buckets.Count > 0 && buckets[^1].Start == segment.Start && buckets[^1].Name == segment.Name) buckets[^1] = buckets[^1].Then(segment);
            else if (buckets.Count == limit) break;
            else buckets.Add(segment);
        }
        return buckets;
    }

    private async Task<PerformanceFold> FoldAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken)
    {
        var fold = new PerformanceFold(limit);
        var segments = PostgresTradeSums.Serves(query)
            ? ReadDaysAsync(query, cancellationToken)
            : _reads.StreamAsync(PostgresPerformance.Get(query, limit: null), cancellationToken);
        await foreach (var segment in segments.ConfigureAwait(false)) fold.Add(segment);
        return fold;
    }

    private async IAsyncEnumerable<TradeSegment> ReadDaysAsync(PerformanceQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (trades, isSummed) = (0L, false);
        await foreach (var sum in _reads.StreamAsync(PostgresTradeSums.Get(query), cancellationToken).ConfigureAwait(false))
        {
            if (sum.IsRead) trades += sum.Segment.Trades;
            isSummed = sum.IsSummed;
            yield return sum.Segment;
        }
        _summaries.Consider(query.ChatId!, trades, isSummed);
    }
}
