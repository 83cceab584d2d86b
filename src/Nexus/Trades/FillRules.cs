using System.Numerics;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Trades;

/// <summary>The limits of fills.</summary>
internal static class FillRules
{
    /// <summary>The most fills of one trade. They are one value of its row, which each new one writes again.</summary>
    public const int MaxOfTrade = 1000;

    /// <summary>The most fills of one call.</summary>
    public const int MaxOfCall = 100;

    public const int MaxOrderIdLength = 128;

    public const int MaxCurrencyLength = 32;

    private static readonly BigInteger AmountLimit = BigInteger.Pow(10, Validation.AmountWholeDigits + Validation.AmountPlaces);

    private static readonly BigInteger DigitsLimit = BigInteger.Pow(10, Validation.AmountDigits);

    /// <summary>The fills of a call, each checked.</summary>
    /// <exception cref="NexusValidationException">A field exceeds a limit, an order id occurs twice, or there are none or too many.</exception>
    public static IReadOnlyList<TradeFill> OfCall(IReadOnlyCollection<TradeFill> fills)
    {
        if (fills.Count is 0 or > MaxOfCall) throw new NexusValidationException("fills", $"must be 1 to {MaxOfCall} in one call");
        TradeFill[] given = [.. fills.Select(Check)];
        RefuseRepeats(given);
        return given;
    }

    /// <summary>
    /// The fills that a trade is opened with, such as one of an export. They must add up to no more than its quantity, and the trade keeps the
    /// amounts that it is given.
    /// </summary>
    /// <exception cref="NexusValidationException">A field exceeds a limit.</exception>
    public static IReadOnlyList<TradeFill> OfNewTrade(Trade trade)
    {
        if (trade.Fills.Count == 0) return [];
        if (trade.Fills.Count > MaxOfTrade) throw TooMany();
        TradeFill[] fills = [.. trade.Fills.Select(Check).Select(fill => fill with { Exchange = Foreign(fill.Exchange, trade.Exchange) })];
        RefuseRepeats(fills);
        if (Array.Exists(fills, fill => fill.Timestamp is null))
            throw new NexusValidationException("fills.timestamp", "is required for the fills of a new trade");
        var sums = FillSums.Of(fills, trade.Symbol);
        if (BeyondQuantity(sums, trade.Quantity) is { } beyond) throw beyond;
        if (trade.Status == TradeStatus.Open && sums.Exits == DecimalUnits.Of(trade.Quantity))
            throw new NexusValidationException("status", "must be CLOSED: the exits of the fills reach the quantity");
        return fills;
    }

    /// <summary>The error of fills that are more than the position holds; null if they are not.</summary>
    public static NexusValidationException? BeyondQuantity(FillSums sums, decimal quantity)
    {
        var whole = DecimalUnits.Of(quantity);
        if (sums.Entries > whole)
            return new NexusValidationException("quantity", $"the entries must be at most the trade's quantity of {Text(whole)}");
        var held = sums.Entries ?? whole;
        if (sums.Exits > held) return new NexusValidationException("quantity", $"the exits must be at most the {Text(held)} that was entered");
        _ = Amount("quantity", sums.Entries ?? 0);
        _ = Amount("quantity", sums.Exits);
        _ = Amount("quantity", whole - sums.Exits);
        return null;

        static string Text(BigInteger units) => DecimalUnits.ToText(units);
    }

    public static NexusValidationException TooMany() => new("fills", $"must be at most {MaxOfTrade} for one trade");

    /// <summary>The exchange, unless it is that of the trade.</summary>
    public static string? Foreign(string? exchange, string? ofTrade) => exchange == ofTrade ? null : exchange;

    /// <summary>A computed amount in units of 10⁻¹⁸, which must fit as one that is given must.</summary>
    /// <exception cref="NexusValidationException">It does not fit.</exception>
    public static decimal Amount(string field, BigInteger units)
    {
        if (BigInteger.Abs(units) >= AmountLimit) throw new NexusValidationException(field, "must stay below 100000000000000000000");
        var digits = units;
        while (!digits.IsZero && digits % 10 == 0) digits /= 10;
        return BigInteger.Abs(digits) < DigitsLimit
            ? DecimalUnits.ToDecimal(units)
            : throw new NexusValidationException(field, $"must have at most {Validation.AmountDigits} significant digits");
    }

    private static TradeFill Check(TradeFill fill)
    {
        Validation.Given("fill", fill);
        return new TradeFill
        {
            OrderId = OrderId(fill.OrderId),
            Side = Enum.IsDefined(fill.Side) ? fill.Side : throw new NexusValidationException("side", "must be ENTRY or EXIT"),
            Price = Validation.Positive("price", fill.Price),
            Quantity = Validation.Positive("quantity", fill.Quantity),
            Fee = Validation.Number("fee", fill.Fee),
            FeeCurrency = ReadableText.OptionalLabel("feeCurrency", fill.FeeCurrency, MaxCurrencyLength),
            Exchange = ReadableText.OptionalLabel("exchange", fill.Exchange, Validation.MaxNameLength),
            Timestamp = fill.Timestamp is { } at ? Validation.Instant("timestamp", at) : null,
        };
    }

    /// <summary>Errors name it.</summary>
    private static string OrderId(string value) => Validation.Name("orderId", value, MaxOrderIdLength).Any(char.IsControl)
        ? throw new NexusValidationException("orderId", "must not contain control characters")
        : value;

    private static void RefuseRepeats(TradeFill[] fills)
    {
        if (fills.DistinctBy(fill => (fill.Exchange, fill.OrderId)).Count() < fills.Length)
            throw new NexusValidationException("orderId", "must occur only once per exchange in a call");
    }
}
