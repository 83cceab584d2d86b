using Nexus.Stores;
using Nexus.Trades;

namespace Nexus.StoreContract;

/// <summary>Reads that tests make.</summary>
internal static class StoreReads
{
    /// <summary>The newest trade that has an id, or null.</summary>
    public static async Task<TradeRow?> GetTradeAsync(this IStore store, Guid id, string? chatId, CancellationToken cancellationToken) =>
        await store.FindTradesAsync(id, chatId, null, cancellationToken) is [var newest, ..] ? newest : null;
}
