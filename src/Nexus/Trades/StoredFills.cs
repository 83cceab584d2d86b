using Nexus.Engine;

namespace Nexus.Trades;

/// <summary>A trade after fills were added.</summary>
/// <param name="Trade">As it is stored now: with the averages, the fees and the PnL that follow from its fills.</param>
/// <param name="Fills">The fills of the call as they are stored, in its order.</param>
/// <param name="Receipt">The receipt of the write: version, time, and whether the trade had all of the fills before.</param>
public sealed record StoredFills(Trade Trade, IReadOnlyList<TradeFill> Fills, WriteReceipt Receipt);
