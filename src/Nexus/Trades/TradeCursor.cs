using System.Diagnostics.CodeAnalysis;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Infrastructure;

namespace Nexus.Trades;

/// <summary>A place in the order of trades: the whole key, since several chats may use the same id at the same time.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public readonly record struct TradeCursor(DateTimeOffset EntryTimestamp, Guid Id, string ChatId);
