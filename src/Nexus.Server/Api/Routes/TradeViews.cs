using Nexus.Operations.ImportExport;
using Nexus.Operations.Json;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>Converts trades of the engine for responses.</summary>
internal static class TradeViews
{
    /// <summary>A secret that cannot be opened affects only itself: it stays masked, and the trade names it.</summary>
    public static TradeView Of(Trade trade, bool reveal)
    {
        var unreadable = new List<string>();
        var metadata = new RawJson(reveal ? trade.Metadata.Revealed(unreadable) : trade.Metadata.Masked());
        return TradeView.From(trade, metadata) with
        {
            RemainingQuantity = trade.Status == TradeStatus.Open ? trade.RemainingQuantity : null,
            Unreadable = unreadable.Count == 0 ? null : unreadable,
        };
    }
}
