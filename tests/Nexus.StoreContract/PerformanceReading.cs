using Nexus.Trades;

namespace Nexus.StoreContract;

/// <summary>The figures of a chat or of all, of the last days or of all time.</summary>
internal static class PerformanceReading
{
    public static Task<TradePerformance> GetPerformanceAsync(this ITradeReader store, string? chatId, int? days, CancellationToken token) =>
        store.GetPerformanceAsync(new PerformanceQuery(chatId, Days: days), token);
}
