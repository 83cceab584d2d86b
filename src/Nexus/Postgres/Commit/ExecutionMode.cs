namespace Nexus.Postgres;

/// <summary>How the statements of a batch reach the server.</summary>
internal enum ExecutionMode
{
    /// <summary>
    /// All statements in one message. A row that the server refuses fails the whole batch, and the error does not say which row it was.
    /// </summary>
    OneRoundTrip,

    /// <summary>The same statements in parts under savepoints. A write that the server refuses fails alone, at the cost of more messages.</summary>
    Savepoints,
}
