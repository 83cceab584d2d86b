namespace Nexus.Trades;

/// <summary>The status of a trade.</summary>
public enum TradeStatus
{
    /// <summary>The position is held.</summary>
    Open,

    /// <summary>The position was closed.</summary>
    Closed,

    /// <summary>The order never became a position.</summary>
    Cancelled,
}
