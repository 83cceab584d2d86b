namespace Nexus.Errors;

/// <summary>The record is not in a state that allows the change, such as closing a trade that is closed. Nothing was written.</summary>
public sealed class NexusStateException : NexusException
{
    /// <summary>Creates the exception with the record and the reason.</summary>
    public NexusStateException(string record, string reason)
        : base("invalid_state", $"{record} {reason}") => Record = record;

    /// <summary>The record concerned.</summary>
    public string Record { get; }
}
