using Nexus.Errors;

namespace Nexus.Trades;

/// <summary>Sides and states of trades as the stores and the exports name them.</summary>
internal static class TradeNames
{
    public static string ToText(TradeSide side) => side switch
    {
        TradeSide.Long => "LONG",
        TradeSide.Short => "SHORT",
        _ => throw new ArgumentOutOfRangeException(nameof(side)),
    };

    public static string ToText(TradeStatus status) => status switch
    {
        TradeStatus.Open => "OPEN",
        TradeStatus.Closed => "CLOSED",
        TradeStatus.Cancelled => "CANCELLED",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    public static string ToText(FillSide side) => side switch
    {
        FillSide.Entry => "ENTRY",
        FillSide.Exit => "EXIT",
        _ => throw new ArgumentOutOfRangeException(nameof(side)),
    };

    /// <exception cref="StoreRejectedException">It is neither.</exception>
    public static FillSide ParseFillSide(string text) => text switch
    {
        "ENTRY" => FillSide.Entry,
        "EXIT" => FillSide.Exit,
        _ => throw new StoreRejectedException("record", "a stored fill has a side other than ENTRY and EXIT"),
    };

    /// <exception cref="StoreRejectedException">It is neither.</exception>
    public static TradeSide ParseSide(string text) => text switch
    {
        "LONG" => TradeSide.Long,
        "SHORT" => TradeSide.Short,
        _ => throw new StoreRejectedException("record", "a stored trade has a side other than LONG and SHORT"),
    };

    /// <exception cref="StoreRejectedException">It is none of them.</exception>
    public static TradeStatus ParseStatus(string text) => text switch
    {
        "OPEN" => TradeStatus.Open,
        "CLOSED" => TradeStatus.Closed,
        "CANCELLED" => TradeStatus.Cancelled,
        _ => throw new StoreRejectedException("record", "a stored trade has a status other than OPEN, CLOSED and CANCELLED"),
    };
}
