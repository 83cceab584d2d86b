using Nexus.Engine;

namespace Nexus.Trades;

/// <summary>A trade after a write.</summary>
/// <param name="Trade">As it is stored now.</param>
/// <param name="Receipt">The receipt of the write: version, time, and whether the same write had been applied before.</param>
public sealed record StoredTrade(Trade Trade, WriteReceipt Receipt);
