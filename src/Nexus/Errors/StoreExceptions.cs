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
}

/// <summary>The store is unavailable; the same call may succeed later. Nothing was written.</summary>
public sealed class StoreUnavailableException : NexusException
{
    /// <summary>Creates the exception with a message that says what is wrong and which setting or step helps.</summary>
    public StoreUnavailableException(StoreUnavailableReason reason, string message, Exception? inner = null)
        : base("unavailable", message, inner) => Reason = reason;

    /// <summary>Why the store cannot serve.</summary>
    public StoreUnavailableReason Reason { get; }

    /// <summary>True unless this instance of the engine was stopped.</summary>
    public override bool IsTransient => Reason != StoreUnavailableReason.Stopped;
}

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

/// <summary>A setting is missing or invalid. The message names the setting.</summary>
public sealed class NexusConfigurationException : NexusException
{
    /// <summary>Creates the exception for a setting. The message says what it accepts and never repeats a value that may be secret.</summary>
    public NexusConfigurationException(string setting, string message, Exception? inner = null)
        : base("configuration", $"{setting}: {message}", inner) => Setting = setting;

    /// <summary>The invalid setting, such as <c>Database</c>.</summary>
    public string Setting { get; }
}

/// <summary>Another process uses the data folder.</summary>
public sealed class DataFolderInUseException : NexusException
{
    /// <summary>Names the folder.</summary>
    public DataFolderInUseException(string folder, Exception? inner = null)
        : base("data_folder_in_use", $"the data folder {folder} is in use by another process; stop it, or name another "
            + $"{nameof(NexusOptions)}.{nameof(NexusOptions.DataFolder)}", inner)
        => Folder = folder;

    /// <summary>The folder in use.</summary>
    public string Folder { get; }
}

/// <summary>The store refused a write for its own reason, such as a constraint that an operator added.</summary>
public sealed class StoreRejectedException : NexusException
{
    /// <summary>Creates the exception with the store's code (SQLSTATE) and a message without values.</summary>
    public StoreRejectedException(string storeCode, string message, Exception? inner = null)
        : base("rejected", message, inner) => StoreCode = storeCode;

    /// <summary>The store's own code: a SQLSTATE, or SQLite's extended result code.</summary>
    public string StoreCode { get; }
}

/// <summary>A sealed value cannot be opened: its key is missing, it was truncated, or it belongs to another row or field.</summary>
public sealed class SecretUnreadableException : NexusException
{
    /// <summary>Creates the exception with the field and the key id, never the value.</summary>
    public SecretUnreadableException(string field, string? keyId, string reason, Exception? inner = null)
        : base("secret_unreadable", $"{field}: {reason}", inner) => (Field, KeyId) = (field, keyId);

    /// <summary>The place of the value, such as <c>sessions/12345/api_key</c>.</summary>
    public string Field { get; }

    /// <summary>The key id in the value; null if it has none.</summary>
    public string? KeyId { get; }
}
