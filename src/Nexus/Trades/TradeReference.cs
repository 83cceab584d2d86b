using Nexus.Engine;

namespace Nexus.Trades;

/// <summary>Which trades a write means. The id alone is not the whole identity: several chats may use the same.</summary>
/// <param name="Id">The id.</param>
/// <param name="ChatId">Null: of any chat.</param>
/// <param name="EntryTimestamp">Null: of any time.</param>
internal readonly record struct TradeReference(Guid Id, string? ChatId, DateTimeOffset? EntryTimestamp);

/// <summary>A write to a trade.</summary>
internal interface ITradeWrite
{
    TradeReference Meant { get; }
}
