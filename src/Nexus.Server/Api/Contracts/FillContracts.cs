using System.ComponentModel;
using Nexus.Errors;
using Nexus.Operations.ImportExport;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>An executed order in a request. Its amounts obey the limits of a trade's; one that does not fit is refused, never rounded.</summary>
internal sealed class FillBody
{
    [Description(
        "Required. The order's id at the exchange, at most 128 characters. A trade holds it once for each exchange, so a repeated call adds nothing. "
            + "For an order that is executed in parts, send the id of each execution.")]
    public string? OrderId { get; set; }

    [Description("Required. ENTRY makes the position larger, EXIT makes it smaller.")]
    public FillSide? Side { get; set; }

    [Description("Required. Greater than zero.")]
    public decimal? Price { get; set; }

    [Description("Required. Greater than zero.")]
    public decimal? Quantity { get; set; }

    [Description("A rebate is negative. Default: 0.")]
    public decimal? Fee { get; set; }

    [Description(
        "At most 32 characters. Default: the currency of the trade's PnL. A fee in another currency than the symbol's quote currency is kept, and is "
            + "part of neither fees nor PnL.")]
    public string? FeeCurrency { get; set; }

    [Description("At most 256 characters. Default: the exchange of the trade.")]
    public string? Exchange { get; set; }

    [Description("When it was executed. Default: now, by the store's clock.")]
    public DateTimeOffset? Timestamp { get; set; }

    public TradeFill ToFill() => new()
    {
        OrderId = OrderId ?? throw Needed("orderId"),
        Side = Side ?? throw Needed("side"),
        Price = Price ?? throw Needed("price"),
        Quantity = Quantity ?? throw Needed("quantity"),
        Fee = Fee ?? 0,
        FeeCurrency = FeeCurrency,
        Exchange = Exchange,
        Timestamp = Timestamp,
    };

    private static NexusValidationException Needed(string field) => new(field, "is required");
}

/// <summary>Executed orders in a request.</summary>
internal sealed class FillsBody
{
    [Description("Required. 1 to 100 fills of the trade, in their order.")]
    public IReadOnlyList<FillBody>? Fills { get; set; }

    public IReadOnlyList<TradeFill> ToFills() => Fills is null
        ? throw new NexusValidationException("fills", "is required")
        : [.. Fills.Select(fill => fill is null ? throw new NexusValidationException("fills", "must be objects") : fill.ToFill())];
}

/// <summary>A trade after fills were added.</summary>
internal sealed record AddedFillsView(
    [property: Description("The fills of the request as they are stored.")] IReadOnlyList<FillView> Fills,
    [property: Description("The trade with the averages, fees and PnL that follow from all its fills.")] TradeView Trade);

/// <summary>The fills of a trade and what follows from them.</summary>
internal sealed record FillListView(
    [property: Description("In the order in which they were added.")] IReadOnlyList<FillView> Fills,
    TradeStatus Status,
    [property: Description("The quantity of the trade.")] decimal Quantity,
    [property: Description("The sum of the entries; without any, the whole quantity.")] decimal EnteredQuantity,
    [property: Description("The sum of the exits.")] decimal ExitedQuantity,
    [property: Description("What is left to exit; 0 once the trade is not open.")] decimal RemainingQuantity)
{
    public static FillListView From(Trade trade) => new(
        [.. trade.Fills.Select(FillView.From)], trade.Status, trade.Quantity, trade.EnteredQuantity, trade.ExitedQuantity, trade.RemainingQuantity);
}
