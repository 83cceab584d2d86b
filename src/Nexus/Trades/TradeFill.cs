namespace Nexus.Trades;

/// <summary>
/// One executed order of a trade, whole or in part. Amounts are exact decimals below 10²⁰ with at most 18 places after the point and 28 significant
/// digits; an amount that does not fit is refused, never rounded.
/// </summary>
public sealed record TradeFill
{
    /// <summary>
    /// The order's id at the exchange, at most 128 characters. A trade holds it once for each exchange, so that a repeated call adds nothing. For an
    /// order that is executed in parts, use the id of each execution.
    /// </summary>
    public required string OrderId { get; init; }

    /// <summary>Entry or exit.</summary>
    public required FillSide Side { get; init; }

    /// <summary>Above zero.</summary>
    public required decimal Price { get; init; }

    /// <summary>Above zero.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>The fee; a rebate is negative.</summary>
    public decimal Fee { get; init; }

    /// <summary>
    /// The currency of the fee, at most 32 characters; null for the currency of the trade's PnL. A fee in another currency than the symbol's quote
    /// currency is kept with the fill and is part of no sum: it is never converted.
    /// </summary>
    public string? FeeCurrency { get; init; }

    /// <summary>The exchange, at most 256 characters; null for that of the trade.</summary>
    public string? Exchange { get; init; }

    /// <summary>When it was executed, years 2000 to 2099, in whole microseconds; null for now, by the store's clock. A stored fill has it.</summary>
    public DateTimeOffset? Timestamp { get; init; }
}
