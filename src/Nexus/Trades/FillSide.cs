namespace Nexus.Trades;

/// <summary>What an executed order does to the position of its trade.</summary>
public enum FillSide
{
    /// <summary>It makes the position larger: a buy of a long trade, a sale of a short one.</summary>
    Entry,

    /// <summary>It makes the position smaller.</summary>
    Exit,
}
