namespace Nexus.Secrets;

/// <summary>What a value looks like, whatever its name. The order is that of severity.</summary>
internal enum ValueShape : byte
{
    /// <summary>Nothing of interest.</summary>
    Plain,

    /// <summary>An address of a blockchain, which is public.</summary>
    Address,

    /// <summary>32 bytes in base58: an address of Solana, and now and then a key.</summary>
    Base58Key,

    /// <summary>A long word drawn at random: a key under most names, a hash or an order's number under some.</summary>
    Random,

    /// <summary>A secret for certain.</summary>
    Secret,
}
