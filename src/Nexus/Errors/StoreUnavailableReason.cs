namespace Nexus.Errors;

/// <summary>Why a store cannot serve at the moment.</summary>
public enum StoreUnavailableReason
{
    /// <summary>No connection can be made: refused, reset, unknown host, shutting down, failing over.</summary>
    Unreachable,

    /// <summary>A connection or a statement took longer than its time limit.</summary>
    TimedOut,

    /// <summary>Every pooled connection was in use for the whole wait.</summary>
    PoolExhausted,

    /// <summary>The server accepts no more connections (SQLSTATE 53300).</summary>
    TooManyConnections,

    /// <summary>The server is a standby or in read-only mode (SQLSTATE 25006).</summary>
    ReadOnly,

    /// <summary>No space is left for data (SQLSTATE 53100, or the local disk).</summary>
    DiskFull,

    /// <summary>The engine was stopped or its queue is closed.</summary>
    Stopped,

    /// <summary>The server is an old primary that was replaced by a promoted standby, or belongs to another cluster.</summary>
    Fenced,

    /// <summary>The outbox has reached its size limit; the store cannot take writes until PostgreSQL is available.</summary>
    OutboxFull,
}
