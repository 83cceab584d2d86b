namespace Nexus.Errors;

/// <summary>The base of every exception that Nexus throws deliberately. Messages never contain a secret or a stored value.</summary>
public abstract class NexusException : Exception
{
    private protected NexusException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>The stable, machine-readable code of the error, such as <c>conflict</c>; the HTTP API sends it as <c>code</c>.</summary>
    public string Code { get; }

    /// <summary>Whether the same call may succeed later unchanged: the store is unavailable, or another caller was faster.</summary>
    /// <example><code>catch (NexusException error) when (error.IsTransient) { /* wait and try again */ }</code></example>
    public virtual bool IsTransient => false;
}
