using Nexus.Engine;

namespace Nexus.Trades;

/// <summary>Which trades a write means. The id alone is not the whole identity: several chats may use the same.</summary>
/// <param name="Id">The id.</param>
/// <param name="ChatId">Null: of any chat.</param>
/// <param name="EntryTimestamp">Null: of any time.</param>
internal readonly record struct TradeReference(Guid Id, string? ChatId, DateTimeOffset? EntryTimestamp)
{
    /// <summary>Where the trade is in a database with several shards.</summary>
    public RecordPlace Place => ChatId is null ? RecordPlace.Unknown : RecordPlace.OfChat(ChatId);
}

/// <summary>A write to a trade.</summary>
internal interface ITradeWrite
{
    TradeReference Meant { get; }
}
