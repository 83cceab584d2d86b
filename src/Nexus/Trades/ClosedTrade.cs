using Nexus.Engine;

namespace Nexus.Trades;

/// <summary>A trade of the performance figures, with its place in the order of the running total.</summary>
/// <param name="Segment">The trade as a segment of one.</param>
/// <param name="ExitTimestamp">When it was closed; null for a trade without an exit time.</param>
/// <param name="Id">Its id.</param>
/// <param name="ChatId">Its chat.</param>
/// <param name="EntryTimestamp">When it was entered.</param>
internal sealed record ClosedTrade(
    TradeSegment Segment, DateTimeOffset? ExitTimestamp, Guid Id, string ChatId, DateTimeOffset EntryTimestamp) : IComparable<ClosedTrade>
{
    /// <summary>By group, time of exit, id, chat and entry; what is missing comes last.</summary>
    public int CompareTo(ClosedTrade? other)
    {
        if (other is null) return 1;
        var order = CompareLast(Segment.Name, other.Segment.Name, KeyOrder.Compare);
        if (order == 0) order = CompareLast(ExitTimestamp, other.ExitTimestamp, static (one, another) => one!.Value.CompareTo(another!.Value));
        if (order == 0) order = Id.CompareTo(other.Id);
        if (order == 0) order = KeyOrder.Compare(ChatId, other.ChatId);
        return order == 0 ? EntryTimestamp.CompareTo(other.EntryTimestamp) : order;
    }

    private static int CompareLast<T>(T one, T other, Comparison<T> compare) =>
        one is null || other is null ? (one is null ? 1 : 0) - (other is null ? 1 : 0) : compare(one, other);
}
