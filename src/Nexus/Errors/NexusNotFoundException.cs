namespace Nexus.Errors;

/// <summary>The requested record does not exist.</summary>
public sealed class NexusNotFoundException : NexusException
{
    /// <summary>Creates the exception for a record, such as <c>session 12345</c>.</summary>
    public NexusNotFoundException(string record)
        : base("not_found", $"{record} does not exist") => Record = record;

    /// <summary>The requested record.</summary>
    public string Record { get; }
}
