using Nexus.Engine;
using Nexus.Postgres;
using Nexus.Trades;

namespace Nexus.Sharding;

/// <summary>
/// Trades of one chat are on one shard. Figures over chats of several shards are made of their trades in one order, since how far a running total
/// falls depends on it; groups by chat need no such order.
/// </summary>
internal sealed partial class ShardedStore
{
    public Task<IReadOnlyList<TradeRow>> FindTradesAsync(
        Guid id, string? chatId, DateTimeOffset? entryTimestamp, CancellationToken cancellationToken)
    {
        if (chatId is not null)
            return ReadAsync(topology => topology.StoreOf(RecordPlace.OfChat(chatId)).FindTradesAsync(id, chatId, entryTimestamp, cancellationToken),
                cancellationToken);
        return ReadAsync<IReadOnlyList<TradeRow>>(async topology =>
        {
            var found = await AllAsync(topology, store => store.FindTradesAsync(id, chatId, entryTimestamp, cancellationToken)).ConfigureAwait(false);
            return [.. found.SelectMany(rows => rows).OrderByDescending(row => row.EntryTimestamp).ThenBy(row => row.ChatId, ByKey)
                .Take(TradeQuery.MaxNamesakes)];
        }, cancellationToken);
    }

    public IAsyncEnumerable<TradeRow> ListTradesAsync(TradeQuery query, CancellationToken cancellationToken) => MergeAsync(
        (store, token) => store.ListTradesAsync(query, token), NewestFirst, query.Limit, cancellationToken, query.ChatId);

    public async Task<long> CountTradesAsync(TradeQuery query, CancellationToken cancellationToken) => query.ChatId is { } chat
        ? await ReadAsync(topology => topology.StoreOf(RecordPlace.OfChat(chat)).CountTradesAsync(query, cancellationToken), cancellationToken)
            .ConfigureAwait(false)
        : (await AskAllAsync(store => store.CountTradesAsync(query, cancellationToken), cancellationToken).ConfigureAwait(false)).Sum();

    public async Task<TradePerformance> GetPerformanceAsync(PerformanceQuery query, CancellationToken cancellationToken) => query.ChatId is { } chat
        ? await ReadAsync(topology => topology.StoreOf(RecordPlace.OfChat(chat)).GetPerformanceAsync(query, cancellationToken), cancellationToken)
            .ConfigureAwait(false)
        : (await FoldAsync(query, limit: 1, cancellationToken).ConfigureAwait(false)).ToPerformance();

    public async Task<PerformanceGroups> GetPerformanceGroupsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken)
    {
        if (query.ChatId is { } chat)
            return await ReadAsync(
                topology => topology.StoreOf(RecordPlace.OfChat(chat)).GetPerformanceGroupsAsync(query, limit, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        if (query.GroupBy != PerformanceGrouping.Chat) return (await FoldAsync(query, limit, cancellationToken).ConfigureAwait(false)).ToGroups();
        var dated = await WithoutClockAsync(query, cancellationToken).ConfigureAwait(false);
        var parts = await ReadAsync(
            topology => AllAsync(topology, store => store.GetPerformanceGroupsAsync(dated, limit, cancellationToken)), cancellationToken)
            .ConfigureAwait(false);
        var largest = parts.SelectMany(part => part.Groups).OrderByDescending(group => group.Performance.TotalPnl).ThenBy(group => group.Name, ByKey);
        return new PerformanceGroups([.. largest.Take(limit)], parts.Sum(part => part.Count));
    }

    public async Task<IReadOnlyList<TradeSegment>> GetTradeSegmentsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken)
    {
        if (query.ChatId is { } chat)
            return await ReadAsync(
                topology => topology.StoreOf(RecordPlace.OfChat(chat)).GetTradeSegmentsAsync(query, limit, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        List<TradeSegment> buckets = [];
        await foreach (var trade in ListClosedAsync(query, cancellationToken).ConfigureAwait(false))
        {
            var segment = trade.Segment;
            if (buckets.Count > 0 && buckets[^1].Start == segment.Start && buckets[^1].Name == segment.Name) buckets[^1] = buckets[^1].Then(segment);
            else if (buckets.Count == limit) break;
            else buckets.Add(segment);
        }
        return buckets;
    }

    private static IComparer<string?> ByKey { get; } = Comparer<string?>.Create(KeyOrder.Compare);

    /// <summary>By entry and id from the newest, then by chat from the first.</summary>
    private static int NewestFirst(TradeRow one, TradeRow other)
    {
        var order = other.EntryTimestamp.CompareTo(one.EntryTimestamp);
        if (order == 0) order = other.Id.CompareTo(one.Id);
        return order == 0 ? KeyOrder.Compare(one.ChatId, other.ChatId) : order;
    }

    private async Task<PerformanceFold> FoldAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken)
    {
        var fold = new PerformanceFold(limit);
        await foreach (var trade in ListClosedAsync(query, cancellationToken).ConfigureAwait(false)) fold.Add(trade.Segment);
        return fold;
    }

    private async IAsyncEnumerable<ClosedTrade> ListClosedAsync(
        PerformanceQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var dated = await WithoutClockAsync(query, cancellationToken).ConfigureAwait(false);
        var trades = MergeAsync(
            (store, token) => store.ListClosedTradesAsync(dated, token), static (one, other) => one.CompareTo(other), limit: null, cancellationToken);
        await foreach (var trade in trades.ConfigureAwait(false)) yield return trade;
    }

    /// <summary>The last days by the clock of the home shard, so that every shard counts the same.</summary>
    private async Task<PerformanceQuery> WithoutClockAsync(PerformanceQuery query, CancellationToken cancellationToken) => query.Days is not { } days
        ? query
        : query with { Days = null, From = (await GetTimeAsync(cancellationToken).ConfigureAwait(false)).AddDays(-days) };
}
