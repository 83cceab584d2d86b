namespace Nexus.Errors;

/// <summary>The connection broke during a commit, and the commit status could not be determined within the time limit.</summary>
/// <remarks>The write may or may not have been committed. Read the record before repeating the write.</remarks>
public sealed class UnknownOutcomeException : NexusException
{
    /// <summary>Wraps the error that broke the connection.</summary>
    public UnknownOutcomeException(string message, Exception? inner = null)
        : base("unknown_outcome", message, inner)
    {
    }
}
