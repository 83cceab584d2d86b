namespace Nexus.Errors;

/// <summary>The store refused a write for its own reason, such as a constraint that an operator added.</summary>
public sealed class StoreRejectedException : NexusException
{
    /// <summary>Creates the exception with the store's code (SQLSTATE) and a message without values.</summary>
    public StoreRejectedException(string storeCode, string message, Exception? inner = null)
        : base("rejected", message, inner) => StoreCode = storeCode;

    /// <summary>The store's own code: a SQLSTATE, or SQLite's extended result code.</summary>
    public string StoreCode { get; }
}
