using System.ComponentModel;
using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>A fill in a response, and in the line of its trade in an export.</summary>
public sealed record FillView(
    [property: Description("The order's id at the exchange.")] string OrderId,
    [property: Description("ENTRY or EXIT.")] FillSide Side,
    decimal Price,
    decimal Quantity,
    [property: Description("A rebate is negative.")] decimal Fee,
    [property: Description("Null for the currency of the trade's PnL.")] string? FeeCurrency,
    [property: Description("Null for the exchange of the trade.")] string? Exchange,
    [property: Description("When it was executed.")] DateTimeOffset Timestamp)
{
    /// <summary>A fill as it is stored.</summary>
    public static FillView From(TradeFill fill) => new(
        fill.OrderId, fill.Side, fill.Price, fill.Quantity, fill.Fee, fill.FeeCurrency, fill.Exchange, fill.Timestamp ?? default);

    internal TradeFill ToFill() => new()
    {
        OrderId = OrderId,
        Side = Side,
        Price = Price,
        Quantity = Quantity,
        Fee = Fee,
        FeeCurrency = FeeCurrency,
        Exchange = Exchange,
        Timestamp = Timestamp,
    };
}
