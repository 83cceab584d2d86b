namespace Nexus.Errors;

/// <summary>
/// This version of Nexus cannot use the database: the server is too old, the schema is too new or missing, or a migration was changed.
/// </summary>
public sealed class StoreIncompatibleException : NexusException
{
    /// <summary>Creates the exception with a message that says what does not fit and how to fix it.</summary>
    public StoreIncompatibleException(string message, Exception? inner = null)
        : base("incompatible", message, inner)
    {
    }
}
