namespace Nexus.Errors;

/// <summary>The reference matches several records, such as the trade id of a signal that several chats copied. Nothing was written.</summary>
public sealed class NexusAmbiguousException : NexusException
{
    /// <summary>Creates the exception with the chats that have such a record.</summary>
    /// <param name="record">The reference, such as <c>trade 0190…</c>.</param>
    /// <param name="chatIds">The chats, in key order, each once.</param>
    /// <param name="remedy">What the caller must specify as well.</param>
    public NexusAmbiguousException(string record, IReadOnlyList<string> chatIds, string remedy)
        : base("ambiguous", $"{record} is not unique: chats {string.Join(", ", chatIds)} have it; {remedy}") => (Record, ChatIds) = (record, chatIds);

    /// <summary>The reference, such as <c>trade 0190…</c>.</summary>
    public string Record { get; }

    /// <summary>The chats that have such a record, in key order.</summary>
    public IReadOnlyList<string> ChatIds { get; }
}
