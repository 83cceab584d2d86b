using Nexus.Chats;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Trades;

/// <summary>The identity of a trade. Several chats may have a trade with the same id, such as that of a signal that they copied.</summary>
/// <param name="ChatId">The tenant.</param>
/// <param name="EntryTimestamp">When the position was entered.</param>
/// <param name="Id">The caller's id.</param>
public readonly record struct TradeKey(ChatId ChatId, DateTimeOffset EntryTimestamp, Guid Id);
