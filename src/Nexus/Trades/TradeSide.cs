namespace Nexus.Trades;

/// <summary>The direction of a trade.</summary>
public enum TradeSide
{
    /// <summary>Gains when the price rises.</summary>
    Long,

    /// <summary>Gains when the price falls.</summary>
    Short,
}
