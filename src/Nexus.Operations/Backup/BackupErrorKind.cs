namespace Nexus.Operations.Backup;

/// <summary>Why a backup operation was refused or failed.</summary>
public enum BackupErrorKind
{
    /// <summary>An option or a setting is missing or invalid.</summary>
    Configuration,

    /// <summary>The address leads through a connection pooler.</summary>
    Pooler,

    /// <summary>A PostgreSQL program is missing, or older than the server.</summary>
    Programs,

    /// <summary>The target has too little space.</summary>
    DiskFull,

    /// <summary>Another backup of the same store, or another change of the same target, is running.</summary>
    Busy,

    /// <summary>The backup does not exist.</summary>
    NotFound,

    /// <summary>The backup is damaged, incomplete, or not authentic.</summary>
    Damaged,

    /// <summary>The key that encrypted the backup is not configured.</summary>
    Key,

    /// <summary>The operation would overwrite data, and the option that allows it is missing.</summary>
    Refused,

    /// <summary>The server or the target cannot be reached, or the connection was lost.</summary>
    Unreachable,

    /// <summary>A program failed.</summary>
    Failed,
}
